import { randomUUID } from 'node:crypto';
import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import { eventRates, type EventRate } from '@chat-backend/contracts';
import { createLogger, openLimitsRedis } from '@chat-backend/service-kit';
import { startTestRedis, type RedisServer } from '@chat-backend/testing';
import { Redis } from 'ioredis';
import { createInMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, eventually, startPod, type TestClient, type TestPod } from '../realtime.fixture';
import { limitRate, type AdmitEvent } from './limit-rates';
import { createSharedRates, type Taken } from './shared-rates';

const isAdmitted = (admit: AdmitEvent, userId: string): boolean => {
  try { admit(userId); return true; } catch { return false; }
};
/** How many of so many events, all at one moment. */
const admittedOf = (count: number, admit: AdmitEvent, userId: string): number => Array.from({ length: count }, () => isAdmitted(admit, userId)).filter(Boolean).length;

const logger = createLogger({ level: 'silent', service: 'test' });

describe('the buckets of two processes', () => {
  let server: RedisServer;
  const redises: Redis[] = [];
  beforeAll(async () => { server = await startTestRedis(); });
  afterAll(async () => {
    for (const redis of redises) redis.disconnect();
    await server.stop();
  });

  interface Process { admit: AdmitEvent; redis: Redis; /** Resolves when all that it asked was answered. */ settled(): Promise<void> }
  /** Its Redis has no deadline: when this machine stalls, Redis is not away. */
  const startProcess = async (rate: EventRate, now?: () => number, redis = new Redis(server.url)): Promise<Process> => {
    redises.push(redis);
    await eventually(() => redis.status === 'ready', 'Redis is there');
    const settled = async (): Promise<void> => {
      // A burst may be told in two portions, one after the answer to the other.
      for (let turn = 0; turn < 3; turn += 1) {
        await redis.ping();
        await turnOfTheEventLoop();
      }
    };
    return { admit: limitRate(rate, { shared: createSharedRates(redis, 'test'), ...(now === undefined ? {} : { now }) }), redis, settled };
  };
  /** So slow to refill that no token comes back in a test. */
  const slow: EventRate = { atOnce: 100, perSecond: 0.01 };
  const portion = 10;

  it('are one: what was taken at one is missing at the other after a portion', async () => {
    const [one, other] = [await startProcess(slow), await startProcess(slow)];
    const userId = randomUUID();
    expect(admittedOf(150, one.admit, userId)).toBe(100);
    await one.settled();
    expect(admittedOf(portion, other.admit, userId)).toBe(portion);
    await other.settled();
    expect(admittedOf(50, other.admit, userId)).toBe(0);
    expect(admittedOf(100, other.admit, randomUUID())).toBe(100);
  });

  it('let more pass at one and the same moment, and what is over is waited for afterwards', async () => {
    let now = 1_000_000;
    const [one, other] = [await startProcess(slow, () => now), await startProcess(slow, () => now)];
    const userId = randomUUID();
    // The other asks only when it tells its first portion, and that is too late for a burst.
    for (const { admit, settled } of [one, other]) {
      expect(admittedOf(150, admit, userId)).toBe(100);
      await settled();
    }
    // Alone, it would have a hundred again by now.
    now += 100 * 100_000;
    expect(admittedOf(50, other.admit, userId)).toBe(0);
    now += 101 * 100_000;
    expect(admittedOf(5, other.admit, userId)).toBe(5);
  });

  it.each([
    ['as fast as it can', { atOnce: 50, perSecond: 1_000 }, Infinity],
    ['at each of them a little below the rate', { atOnce: 50, perSecond: 1_000 }, 650],
  ])('hold the rate together when a user goes on %s', async (_how, rate, attemptsPerSecond) => {
    const processes = [await startProcess(rate), await startProcess(rate)];
    const userId = randomUUID();
    const startedAt = performance.now();
    const seconds = (): number => (performance.now() - startedAt) / 1_000;
    let [attempts, admitted] = [0, 0];
    while (seconds() < 1.5) {
      for (let inThisTurn = 0; inThisTurn < 20 && attempts < seconds() * attemptsPerSecond; inThisTurn += 1) {
        attempts += 1;
        for (const { admit } of processes) admitted += admittedOf(1, admit, userId);
      }
      await turnOfTheEventLoop();
    }
    const own = processes.length * rate.atOnce;
    expect(admitted).toBeLessThanOrEqual(own + rate.perSecond * seconds());
    expect(admitted).toBeGreaterThan(rate.atOnce);
  });

  it('are not missing what came back since it was taken', async () => {
    const { redis } = await startProcess(slow);
    const [rates, userId] = [createSharedRates(redis, 'test'), randomUUID()];
    const longAgo = await rates.add(userId, { takenMs: 50_000, agoMs: 50_000, ownMs: 0, keepMs: 1_000 });
    expect(Math.round(longAgo)).toBe(0);
    expect(Math.round(await rates.add(userId, { takenMs: 50_000, agoMs: 0, ownMs: 0, keepMs: 1_000 }))).toBe(50_000);
  });

  it('add up what was taken in the same time and is told one after the other', async () => {
    const { redis } = await startProcess(slow);
    const [rates, userId] = [createSharedRates(redis, 'test'), randomUUID()];
    const taken = { takenMs: 50_000, agoMs: 50_000, ownMs: 0, keepMs: 60_000 };
    expect(Math.round(await rates.add(userId, taken))).toBe(0);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    const together = await rates.add(userId, taken);
    expect(together).toBeGreaterThan(30_000);
    expect(together).toBeLessThanOrEqual(50_000);
  });

  it('count each for itself while Redis hangs, without a wait, and together again when it is back', async () => {
    const startImpatientProcess = () => startProcess(slow, undefined, openLimitsRedis(server.url, logger));
    const [one, other] = [await startImpatientProcess(), await startImpatientProcess()];
    process.kill(server.pid, 'SIGSTOP');
    try {
      const userId = randomUUID();
      expect([one, other].map(({ admit }) => admittedOf(150, admit, userId))).toEqual([100, 100]);
      await eventually(() => one.redis.status !== 'ready' && other.redis.status !== 'ready', 'Redis is given up');
      expect(admittedOf(150, one.admit, randomUUID())).toBe(100);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await eventually(() => one.redis.status === 'ready' && other.redis.status === 'ready', 'Redis is back');
    const userId = randomUUID();
    expect(admittedOf(100, one.admit, userId)).toBe(100);
    await one.settled();
    admittedOf(portion, other.admit, userId);
    await other.settled();
    expect(admittedOf(50, other.admit, userId)).toBe(0);
  });
});

describe('what a process tells of a user', () => {
  const rate: EventRate = { atOnce: 20, perSecond: 10 };
  /** Remembers what was told, and knows of no other process. */
  const tellingAt = (perSecond: number, count: number): Taken[] => {
    const told: Taken[] = [];
    let now = 0;
    const admit = limitRate(rate, { now: () => now, shared: { isThere: () => true, add: (_userId, taken) => { told.push(taken); return new Promise(() => {}); } } });
    for (let event = 0; event < count; event += 1) {
      now += 1_000 / perSecond;
      admit('one user');
    }
    return told;
  };

  it('is nothing when it is far slower than it may be', () => { expect(tellingAt(rate.perSecond / 11, 1_000)).toEqual([]); });

  it('is a portion, with the time that it took', () => {
    expect(tellingAt(5, 2)).toEqual([{ takenMs: 200, agoMs: 200, ownMs: 100, keepMs: 2_000 }]);
  });
});

describe('a user with sockets at two processes', () => {
  const { atOnce, perSecond } = eventRates.sendMessage;
  const factor = 0.5;
  let redis: RedisServer;
  let pods: TestPod[];
  beforeEach(async () => {
    redis = await startTestRedis();
    const options = { internal: createInMemoryMessaging(), redisUrl: redis.url, env: { RATE_LIMIT_FACTOR: String(factor) } };
    pods = [await startPod(options), await startPod(options)];
  });
  afterEach(async () => {
    closeClients();
    for (const pod of pods) await pod.stop();
    await redis.kill();
  });

  /** Sends one after the other until one is refused. @returns how many were stored */
  const sendUntilRefused = async ({ send }: TestClient): Promise<number> => {
    const to = randomUUID();
    for (let count = 0; ; count += 1) if ((await send(to, 'one more'))['code'] === 'RATE_LIMITED') return count;
  };
  /** What a user gets through who first uses up everything at one process. */
  const storedAtBoth = async (): Promise<number[]> => {
    const userId = randomUUID();
    const stored: number[] = [];
    for (const pod of pods) stored.push(await sendUntilRefused(await connect(pod.url, { userId })));
    return stored;
  };

  it('has one bucket, and one at each while Redis is away; refusals count in the metrics', async () => {
    // Each process connects to Redis by itself; until then it counts for itself.
    await eventually(async () => ((await storedAtBoth())[1] ?? 0) < atOnce * factor / 2, 'the processes share');
    process.kill(redis.pid, 'SIGSTOP');
    const startedAt = performance.now();
    const [first = 0, second = 0] = await storedAtBoth();
    const refilled = perSecond * factor * (performance.now() - startedAt) / 1_000;
    for (const stored of [first, second]) {
      expect(stored).toBeGreaterThanOrEqual(atOnce * factor);
      expect(stored).toBeLessThanOrEqual(atOnce * factor + refilled);
    }
    process.kill(redis.pid, 'SIGCONT');
    await eventually(async () => ((await storedAtBoth())[1] ?? 0) < atOnce * factor / 2, 'the processes share again');
    expect(await pods[0]?.context.metrics.metrics()).toMatch(/chat_realtime_limited_total\{limit="sendMessage"\} [1-9]/);
  });
});
