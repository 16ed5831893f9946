import type { Address } from './follow-addresses';
import { watchReadiness, type Readiness } from './watch-readiness';

const addressOf = (host: string): Address => ({ text: `http://${host}:2001`, url: new URL(`http://${host}:2001`), host });
const [one, two] = [addressOf('one'), addressOf('two')];

describe('the readiness of several processes', () => {
  let watched: Readiness | undefined;
  let asked = 0;
  let unready: Address[] = [];
  let fails = false;
  beforeEach(() => {
    jest.useFakeTimers();
    [asked, unready, fails] = [0, [], false];
    watched = watchReadiness(() => [one, two], async (address) => {
      asked += 1;
      if (fails) throw new Error('connection refused');
      return !unready.includes(address);
    });
  });
  afterEach(() => {
    watched?.stop();
    jest.useRealTimers();
  });
  const nextRound = (): Promise<void> => jest.advanceTimersByTimeAsync(1_000);
  const unreadyNow = (): Address[] => [one, two].filter((address) => watched?.isUnready(address));

  it('is asked each second: who leaves is known, and who is back', async () => {
    expect(unreadyNow()).toEqual([]);
    unready = [one];
    await nextRound();
    expect(unreadyNow()).toEqual([one]);
    unready = [];
    await nextRound();
    expect([unreadyNow(), asked]).toEqual([[], 6]);
  });

  it('stays what it was of one that does not answer: the next call finds out more', async () => {
    unready = [one];
    await nextRound();
    fails = true;
    await nextRound();
    expect(unreadyNow()).toEqual([one]);
    [fails, unready] = [false, []];
    await nextRound();
    expect(unreadyNow()).toEqual([]);
  });

  it('is asked no more after the end', async () => {
    await nextRound();
    watched?.stop();
    await nextRound();
    await nextRound();
    expect(asked).toBe(4);
  });
});
