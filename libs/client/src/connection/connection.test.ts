import { randomUUID } from 'node:crypto';
import type { EventFailure } from '@chat-backend/contracts';
import fc from 'fast-check';
import { openBench, type TestBench, type TestClient } from '../client.fixture';
import { defaultTiming } from '../options';
import { jitter } from '../waiting';

let bench: TestBench;
let me = '';
beforeEach(async () => {
  bench = await openBench();
  me = randomUUID();
});
afterEach(() => bench.stop());

const live = async (options: Parameters<TestBench['client']>[0] = {}): Promise<TestClient> => {
  const mine = bench.client({ session: bench.server.session(me), ...options });
  await mine.client.connect();
  return mine;
};
const states = (mine: TestClient, ...expected: string[]): Promise<void> => mine.until(() => mine.events.state.join() === expected.join(), expected.join());

describe('waiting', () => {
  it('is random, doubles with each failure, and has a bound', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 0, max: 2_000 }), (base, cap, failures) => {
      const wait = jitter(base, cap, failures);
      return wait >= 0 && wait <= Math.min(cap, base * 2 ** failures);
    }));
    const waits = Array.from({ length: 200 }, () => jitter(1_000, 30_000, 1));
    expect([Math.min(...waits) < 500, Math.max(...waits) > 1_500]).toEqual([true, true]);
  });

  it('lets clients that were dropped together come back within half a minute, and not together', () => {
    expect(defaultTiming).toMatchObject({ reconnectBaseMs: 8_000, reconnectCapMs: 30_000 });
  });
});

describe('a connection', () => {
  it('is made with the session\'s token and made again when it is lost', async () => {
    const session = bench.server.session(me);
    const mine = await live({ session });
    bench.server.drop(me);
    await states(mine, 'connecting', 'syncing', 'live', 'offline', 'connecting', 'syncing', 'live');
    expect(bench.server.counted.handshakes).toEqual([session.token, session.token]);
    expect(bench.server.connections(me)).toBe(1);
  });

  it('is tried until the server is there', async () => {
    await bench.server.goAway();
    const mine = bench.client({ session: bench.server.session(me) });
    const connecting = mine.client.connect();
    await mine.until(() => mine.events.state.filter((state) => state === 'offline').length >= 3, 'three failures');
    await bench.server.comeBack();
    await connecting;
  });

  it('waits for its next try, and does not when the app says so', async () => {
    const mine = await live({ timing: { reconnectBaseMs: 600_000, reconnectCapMs: 600_000 } });
    expect(mine.client.reconnectsAt()).toBeUndefined();
    const dropped = Date.now();
    bench.server.drop(me);
    await states(mine, 'connecting', 'syncing', 'live', 'offline');
    const at = mine.client.reconnectsAt() ?? 0;
    expect([at >= dropped, at <= Date.now() + 600_000]).toEqual([true, true]);
    await mine.client.connect();
    expect([mine.client.state(), mine.client.reconnectsAt()]).toEqual(['live', undefined]);
  });

  it('comes back when a server that is stopping says so', async () => {
    const mine = await live({ timing: { reconnectBaseMs: 600_000, reconnectCapMs: 600_000 } });
    bench.server.emit(me, 'serverDraining', { reconnectAfterMs: 10 });
    bench.server.drop(me);
    await states(mine, 'connecting', 'syncing', 'live', 'offline', 'connecting', 'syncing', 'live');
  });

  it('that the server refuses for an expired token renews it, and comes with the next one', async () => {
    const session = bench.server.session(me);
    bench.server.expire(session.token);
    const mine = await live({ session });
    expect(bench.server.counted.refreshes).toBe(1);
    expect(bench.server.counted.handshakes).toHaveLength(2);
    expect(mine.events.sessionEnded).toEqual([]);
  });

  describe('whose token is about to expire', () => {
    const soon = 0.3;
    /** Each renewal of the session is good for so long. */
    const renewedFor = (seconds: number): void => {
      bench.server.faults.call = (name) => (name === 'refresh-token' ? { status: 200, body: { success: true, message: 'm', data: bench.server.session(me, seconds) } } : undefined);
    };
    const renewals = (count: number, answer: (number: number) => EventFailure | undefined = () => undefined): Promise<void> => new Promise((resolve) => {
      bench.server.faults.renewal = () => {
        const { length } = bench.server.counted.renewals;
        if (length === count) resolve();
        return answer(length);
      };
    });
    const failure = (code: string): EventFailure => ({ success: false, code, message: code });

    it('renews it in place, each time', async () => {
      renewedFor(soon);
      const renewed = renewals(2);
      const session = bench.server.session(me, soon);
      const mine = await live({ session });
      await renewed;
      expect(bench.server.counted.handshakes).toEqual([session.token]);
      expect(new Set([session.token, ...bench.server.counted.renewals]).size).toBe(3);
      expect(mine.events.state).toEqual(['connecting', 'syncing', 'live']);
    });

    it('tries again where that fails', async () => {
      const renewed = renewals(3, (number) => (number < 3 ? failure('UNAVAILABLE') : undefined));
      const mine = await live({ session: bench.server.session(me, soon) });
      await renewed;
      expect(new Set(bench.server.counted.renewals).size).toBe(1);
      expect([bench.server.counted.refreshes, mine.client.state()]).toEqual([1, 'live']);
    });

    it('leaves it where the server knows no such event, and comes back with the next one when it is ended', async () => {
      const asked = renewals(1, () => failure('ENDPOINT_NOT_FOUND'));
      const session = bench.server.session(me, soon);
      const mine = await live({ session, timing: { reconnectCapMs: 600_000, retryBaseMs: 0 } });
      await asked;
      // Another try would come at once, and so before this.
      for (let count = 0; count < 5; count += 1) await mine.client.call('get-all-friends');
      bench.server.expire(session.token);
      bench.server.emit(me, 'sessionEnded', { code: 'TOKEN_EXPIRED', message: 'expired' });
      bench.server.drop(me);
      await states(mine, 'connecting', 'syncing', 'live', 'offline', 'connecting', 'syncing', 'live');
      expect(bench.server.counted.handshakes).toEqual([session.token, bench.server.counted.renewals[0]]);
      expect([bench.server.counted.renewals.length, bench.server.counted.refreshes]).toEqual([1, 1]);
    });

    it('and that has no refresh token is left to the server', async () => {
      const { token, expiresIn } = bench.server.session(me, soon);
      const mine = await live({ session: { token, expiresIn } });
      await new Promise((resolve) => { setTimeout(resolve, soon * 1_000); });
      expect([mine.client.state(), mine.events.sessionEnded]).toEqual(['live', []]);
      bench.server.emit(me, 'sessionEnded', { code: 'TOKEN_EXPIRED', message: 'expired' });
      bench.server.drop(me);
      await mine.until(() => mine.events.sessionEnded.length === 1, 'the end');
      expect(bench.server.counted.renewals).toEqual([]);
    });
  });

  it('that ends with its account says so', async () => {
    const mine = await live({ session: bench.server.session(me) });
    const over = { code: 'SESSION_REVOKED', message: 'over', reason: 'accountDeleted' };
    bench.server.emit(me, 'sessionEnded', over);
    bench.server.drop(me);
    await mine.until(() => mine.events.sessionEnded.length === 1, 'the end');
    expect(mine.events.sessionEnded).toEqual([over]);
  });

  it('that the server ends for an expired token comes back with the next one', async () => {
    const session = bench.server.session(me);
    const mine = await live({ session, timing: { reconnectCapMs: 600_000 } });
    bench.server.expire(session.token);
    bench.server.emit(me, 'sessionEnded', { code: 'TOKEN_EXPIRED', message: 'expired' });
    bench.server.drop(me);
    await states(mine, 'connecting', 'syncing', 'live', 'offline', 'connecting', 'syncing', 'live');
    expect(bench.server.counted.refreshes).toBe(1);
    expect(mine.events.sessionEnded).toEqual([]);
  });

  it('ends with the session, and whoever waits hears of it', async () => {
    const mine = await live();
    bench.server.faults.send = () => 'loseAcknowledgement';
    const friend = randomUUID();
    bench.server.store.befriend(me, friend);
    const { stored } = mine.client.send({ to: friend, chatType: 'friend', message: 'hello' });
    bench.server.revoke(me);
    await mine.until(() => mine.events.sessionEnded.length === 1, 'the end');
    expect(mine.events.sessionEnded).toEqual([{ code: 'SESSION_REVOKED', message: 'over' }]);
    await expect(stored).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    expect(mine.client.state()).toBe('ended');
    await expect(mine.client.connect()).rejects.toMatchObject({ code: 'NO_SESSION' });
    expect(bench.server.counted.handshakes).toHaveLength(1);
  });

  it('that is refused for a session that has ended is not tried again', async () => {
    const session = bench.server.session(me);
    bench.server.revoke(me);
    const mine = bench.client({ session });
    await expect(mine.client.connect()).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    expect(mine.events.state).toEqual(['connecting', 'offline', 'ended']);
  });

  it('that is refused for another reason is tried again', async () => {
    const refusals = ['UNAVAILABLE', 'INTERNAL'];
    bench.server.faults.handshake = () => {
      const code = refusals.shift();
      return code === undefined ? undefined : { code, message: code };
    };
    await live();
    expect(bench.server.counted.handshakes).toHaveLength(3);
  });

  it('on which nothing comes, also when it is asked for, is given up for another one', async () => {
    let isDead = true;
    bench.server.faults.sync = (reply) => (isDead ? 'lose' : reply);
    const mine = bench.client({ session: bench.server.session(me), timing: { acknowledgeTimeoutMs: 50 } });
    void mine.client.connect();
    await mine.until(() => bench.server.counted.handshakes.length === 2, 'another one');
    isDead = false;
    await mine.until(() => mine.client.state() === 'live', 'live');
  });

  it('on which something comes is kept, though an answer is lost', async () => {
    let asked = 0;
    bench.server.faults.sync = (reply) => {
      asked += 1;
      bench.server.emit(me, 'serverDraining', { reconnectAfterMs: 10 });
      return asked < 3 ? 'lose' : reply;
    };
    await live({ timing: { acknowledgeTimeoutMs: 50 } });
    expect([asked >= 3, bench.server.counted.handshakes.length]).toEqual([true, 1]);
  });

  it('works over polling alone, too', async () => {
    const mine = await live({ transports: ['polling'] });
    bench.server.drop(me);
    await states(mine, 'connecting', 'syncing', 'live', 'offline', 'connecting', 'syncing', 'live');
  });

  it('is closed and opened as the app likes, and nothing comes after close', async () => {
    const friend = randomUUID();
    bench.server.store.befriend(me, friend);
    const mine = await live();
    mine.client.disconnect();
    expect(mine.client.state()).toBe('offline');
    bench.server.say(friend, me, 'friend', 'meanwhile');
    await mine.client.connect();
    expect(mine.texts(friend)).toEqual(['1:meanwhile']);
    await mine.client.close();
    bench.server.say(friend, me, 'friend', 'too late');
    await expect(mine.client.connect()).rejects.toMatchObject({ code: 'CLOSED' });
    expect(mine.texts(friend)).toEqual(['1:meanwhile']);
  });
});
