import { trackConnections } from './track-connections';

const noted: string[] = [];
let now = 0;
const track = () => trackConnections(({ kind }) => { noted.push(kind); }, () => now);
const connect = (client: string) => ({ kind: 'connected', client, connection: 1 } as const);
const lose = (client: string, reason = 'transport close') => ({ kind: 'disconnected', client, connection: 1, reason } as const);

describe('the connections of clients', () => {
  it('have a gap from their loss to the next one, and none before the first', () => {
    const { record, gapsSince, connected } = track();
    record(lose('anna'));
    record(connect('anna'));
    record(connect('ben'));
    now = 10;
    record(lose('anna', 'sent away'));
    now = 25;
    record(lose('ben'));
    expect(connected()).toBe(0);
    now = 40;
    record(connect('anna'));
    expect(gapsSince(0)).toEqual([{ client: 'anna', lostAt: 10, backAt: 40, reason: 'sent away' }, { client: 'ben', lostAt: 25, reason: 'transport close' }]);
    expect(gapsSince(11).map(({ client }) => client)).toEqual(['ben']);
    expect(connected()).toBe(1);
  });

  it('lost while they were lost already are one gap, and everything is passed on', () => {
    noted.length = 0;
    const { record, gapsSince } = track();
    record(connect('anna'));
    record(lose('anna'));
    record(lose('anna'));
    expect(gapsSince(0)).toHaveLength(1);
    expect(noted).toEqual(['connected', 'disconnected', 'disconnected']);
  });
});
