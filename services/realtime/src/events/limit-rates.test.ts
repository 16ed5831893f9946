import { randomUUID } from 'node:crypto';
import { createInMemoryMessaging, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, startPod, type TestPod } from '../realtime.fixture';
import { limitRate, limitRates } from './limit-rates';

/** The wait that it is refused with; 0: it is admitted. */
const waitOf = (admit: () => void): number => {
  try { admit(); return 0; } catch (error) { return (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds; }
};

describe('a token bucket', () => {
  it('gives so many at once and so many more each second, each user its own', () => {
    let now = 5_000;
    const admit = limitRate({ atOnce: 3, perSecond: 2 }, { now: () => now });
    const [one, other] = [randomUUID(), randomUUID()];
    const waits = (userId: string, count: number): number[] => Array.from({ length: count }, () => waitOf(() => { admit(userId); }));
    expect(waits(one, 5)).toEqual([0, 0, 0, 0.5, 0.5]);
    expect(waits(other, 1)).toEqual([0]);
    now += 400;
    expect(waits(one, 1)).toEqual([0.1]);
    now += 100;
    expect(waits(one, 2)).toEqual([0, 0.5]);
    now += 1_000_000;
    expect(waits(one, 4)).toEqual([0, 0, 0, 0.5]);
  });

  it('follows a rate without drift', () => {
    let now = 0;
    const admit = limitRate({ atOnce: 1, perSecond: 3 }, { now: () => now });
    const user = randomUUID();
    for (let third = 0; third < 3_000; third += 1) {
      now = (third * 1_000) / 3;
      expect(waitOf(() => { admit(user); })).toBe(0);
    }
  });

  it('is multiplied by the factor; 0 takes as much as comes', () => {
    const count = (factor: number): number => {
      const { sync } = limitRates({ factor });
      return Array.from({ length: 200 }, () => waitOf(() => { sync('one user'); })).filter((wait) => wait === 0).length;
    };
    expect([count(0.5), count(1), count(0)]).toEqual([30, 60, 200]);
  });
});

describe('a user who sends too much', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  beforeEach(async () => {
    messaging = createInMemoryMessaging();
    // Ten messages at once, and one each second.
    pod = await startPod({ internal: messaging, env: { RATE_LIMIT_FACTOR: '0.05' } });
  });
  afterEach(async () => {
    closeClients();
    await pod.stop();
  });

  it('is told how long to wait, over all sockets; nothing is stored, nobody else notices, and the sockets stay', async () => {
    const [one, stranger] = [await connect(pod.url), await connect(pod.url)];
    const other = await connect(pod.url, { userId: one.userId });
    const to = randomUUID();
    for (let count = 0; count < 5; count += 1) for (const client of [one, other]) expect(await client.send(to, 'within')).toMatchObject({ from: one.userId });
    const clientMessageId = randomUUID();
    const limited = { success: false, code: 'RATE_LIMITED', message: 'Too many calls; wait and try again', retryAfterMs: expect.any(Number) as number, clientMessageId };
    expect(await one.send(to, 'over', { clientMessageId })).toEqual(limited);
    const failed = other.next('sendMessageFailed');
    other.socket.emit('sendMessage', { to, chatType: 'friend', message: 'over', messageType: 'TEXT', clientMessageId });
    expect(await failed).toEqual(limited);
    expect((await failed)['retryAfterMs']).toBeGreaterThan(0);
    expect((await failed)['retryAfterMs']).toBeLessThanOrEqual(1_000);
    expect(messaging.bodies()).toEqual(Array.from({ length: 10 }, () => 'within'));
    expect(await stranger.send(to, 'mine')).toMatchObject({ from: stranger.userId });
    // Each event has a bucket of its own: five of markRead, three of sync, one of auth:refresh.
    const ask = (event: string): Promise<{ code?: string }> => one.socket.emitWithAck(event, { chatId: to, chatType: 'friend', seq: 0 }) as Promise<{ code?: string }>;
    const codes = async (event: string, count: number) => (await Promise.all(Array.from({ length: count }, () => ask(event)))).map(({ code }) => code);
    expect(await codes('markRead', 6)).toEqual([undefined, undefined, undefined, undefined, undefined, 'RATE_LIMITED']);
    expect(await codes('sync', 4)).toEqual([undefined, undefined, undefined, 'RATE_LIMITED']);
    expect(await codes('auth:refresh', 2)).toEqual(['INVALID_REQUEST', 'RATE_LIMITED']);
    expect([one.socket.connected, other.socket.connected]).toEqual([true, true]);
  });

  it('is served again after the wait', async () => {
    const sender = await connect(pod.url);
    const to = randomUUID();
    const replies = await Promise.all(Array.from({ length: 11 }, () => sender.send(to, 'hello')));
    const { retryAfterMs } = replies[10] as { retryAfterMs: number };
    await new Promise((resolve) => { setTimeout(resolve, retryAfterMs + 1); });
    expect(await sender.send(to, 'again')).toMatchObject({ seq: 11 });
  });
});
