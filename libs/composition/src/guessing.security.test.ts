import { randomBytes, randomUUID } from 'node:crypto';
import { rateLimits } from '@chat-backend/contracts';
import { startTestRedis, type RedisServer } from '@chat-backend/testing';
import { callFrom, startSplitProcesses, type SplitProcesses } from './split-processes.fixture';

/** As many addresses guess at one account. */
const addresses = Number(process.env['GUESSING_ADDRESSES'] ?? 1_000);
const guessesOfEach = 1;
const atOnce = 8;

const password = 'the right one of the owner';
const addressOf = (index: number): string => `10.${index >> 16 & 255}.${index >> 8 & 255}.${index & 255}`;
const report = (text: string): void => { process.stdout.write(`guessing: ${text}\n`); };

/** Runs so many side by side, and no more. */
const inTurns = async (count: number, one: (index: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const work = async (): Promise<void> => { while (next < count) await one(next++); };
  await Promise.all(Array.from({ length: atOnce }, work));
};

describe('guessing, with two gateways', () => {
  let redis: RedisServer;
  let product: SplitProcesses;
  beforeAll(async () => {
    redis = await startTestRedis();
    product = await startSplitProcesses({ redisUrl: redis.url, gateways: 2, gatewayEnv: { TRUST_PROXY: '1' } });
    await untilShared();
  });
  afterAll(async () => {
    await product.stop();
    await redis.kill();
  });

  const gateway = (index: number): string => product.gateways[index % product.gateways.length] ?? '';
  const logIn = (index: number, address: string, email: string, given: string): Promise<Response> => callFrom(gateway(index), address, 'login', { email, password: given });

  /** Its password is the right one from the beginning; tests of registering have their own place. */
  const newAccount = async (): Promise<string> => {
    const email = `${randomUUID()}@example.com`;
    expect((await callFrom(gateway(0), `172.16.${randomBytes(1)[0] ?? 0}.${randomBytes(1)[0] ?? 0}`, 'register', { email, password })).status).toBe(200);
    await product.database.query('update users set is_verified = true where email = $1', [email]);
    return email;
  };

  /** Gateways connect to Redis by themselves; until then each counts for itself. */
  const untilShared = async (): Promise<void> => {
    for (let client = 0; client < 250; client += 1) {
      const guess = (index: number) => logIn(index, `192.0.2.${client}`, 'nobody@example.com', 'wrong');
      for (let count = 0; count < rateLimits.login.calls; count += 1) await guess(0);
      if ((await guess(1)).status === 429) return;
    }
    throw new Error('the gateways never shared a limit');
  };

  /**
   * How many are let through before the first is refused. A gateway on a busy machine may take Redis for away for a moment and count a few for itself:
   * more than allowed, and never as many as each of the gateways would by itself.
   */
  const admittedBeforeTheLimit = async (most: number, one: (index: number) => Promise<Response>): Promise<number> => {
    for (let index = 0; index <= most; index += 1) {
      const { status } = await one(index);
      if (status === 429) return index;
      expect(status).toBe(401);
    }
    return Infinity;
  };

  /** All that an address may try in a minute. @returns how many guesses were answered, and the waits that the others were told */
  const guessOn = async (address: string, email: string): Promise<{ answered: number; waits: number[] }> => {
    const replies: Response[] = [];
    for (let guess = 0; guess < rateLimits.sensitive.calls; guess += 1) replies.push(await logIn(guess, address, email, `wrong ${guess}`));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401, 429]));
    return {
      answered: replies.filter(({ status }) => status === 401).length,
      waits: replies.filter(({ status }) => status === 429).map((reply) => Number(reply.headers.get('retry-after'))),
    };
  };

  it('one who guesses waits longer each time, through whichever gateway; the owner elsewhere does not, and other accounts do not', async () => {
    const email = await newAccount();
    const { calls, seconds } = rateLimits.login;
    const { answered, waits } = await guessOn('203.0.113.1', email);
    expect(answered).toBeGreaterThanOrEqual(calls);
    expect(answered).toBeLessThan(2 * calls);
    expect([waits[0], Math.max(...waits)]).toEqual([seconds, 2 * seconds]);
    expect((await logIn(0, '203.0.113.1', email, password)).status).toBe(429);
    expect((await logIn(1, '203.0.113.2', email, password)).status).toBe(200);
    expect(await product.metricsOf(0)).toMatch(/chat_gateway_limited_calls_total\{limit="login"\} [1-9]/);
  });

  it('a thousand addresses that guess at one account do not lock its owner out', async () => {
    const email = await newAccount();
    const ownersTurns = rateLimits.login.calls;
    const every = Math.ceil(addresses / ownersTurns);
    const statuses = new Map<number, number>();
    let signedIn = 0;
    await inTurns(addresses, async (index) => {
      for (let guess = 0; guess < guessesOfEach; guess += 1) {
        const { status } = await logIn(index + guess, addressOf(index), email, `wrong ${guess}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      if (index % every !== 0) return;
      expect((await logIn(index, '203.0.113.3', email, password)).status).toBe(200);
      signedIn += 1;
    });
    report(`${addresses} addresses made ${addresses * guessesOfEach} guesses (${JSON.stringify([...statuses])}); the owner signed in ${signedIn} times between them`);
    expect([...statuses]).toEqual([[401, addresses * guessesOfEach]]);
    expect(signedIn).toBe(Math.ceil(addresses / every));
  });

  it('one address that tries many accounts meets its own limit, whatever it claims', async () => {
    const { calls } = rateLimits.sensitive;
    const admitted = await admittedBeforeTheLimit(2 * calls, (index) =>
      callFrom(gateway(index), `${addressOf(index)}, 203.0.113.4`, 'login', { email: `${randomUUID()}@example.com`, password: 'password1' }));
    expect(admitted).toBeGreaterThanOrEqual(calls);
    expect(admitted).toBeLessThan(2 * calls);
  });

  it('one address that guesses refresh tokens meets a limit', async () => {
    const { calls } = rateLimits.refresh;
    const admitted = await admittedBeforeTheLimit(2 * calls, (index) =>
      callFrom(gateway(index), '203.0.113.5', 'refresh-token', { refreshToken: randomBytes(32).toString('base64url') }));
    report(`${admitted} refresh tokens guessed from one address, then 429`);
    expect(admitted).toBeGreaterThanOrEqual(calls);
    expect(admitted).toBeLessThan(2 * calls);
  });

  it('goes no better while Redis hangs: each gateway counts, and nobody waits for it', async () => {
    const email = await newAccount();
    process.kill(redis.pid, 'SIGSTOP');
    try {
      const { answered, waits } = await guessOn('203.0.113.6', email);
      expect([answered, waits[0]]).toEqual([2 * rateLimits.login.calls, rateLimits.login.seconds]);
      const few = Math.ceil(addresses / 10);
      let refused = 0;
      await inTurns(few, async (index) => { if ((await logIn(index, addressOf(index), email, 'wrong')).status !== 401) refused += 1; });
      expect(refused).toBe(0);
      for (let turn = 0; turn < 4; turn += 1) expect((await logIn(turn, '203.0.113.7', email, password)).status).toBe(200);
      report(`with Redis away: ${few} addresses guessed, the owner signed in 4 times`);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
  });
});

describe('a flood of sign-ins from many addresses', () => {
  /** So long a sign-in may wait for its turn. */
  const queueWaitMs = 5_000;
  const flood = Number(process.env['FLOOD_SIGN_INS'] ?? 150);
  let redis: RedisServer;
  let product: SplitProcesses;
  beforeAll(async () => {
    redis = await startTestRedis();
    // A hash takes so long that the queue is full while other calls pass by.
    product = await startSplitProcesses({ redisUrl: redis.url, gateways: 1, env: { BCRYPT_COST: '10' }, gatewayEnv: { TRUST_PROXY: '1' } });
  });
  afterAll(async () => {
    await product.stop();
    await redis.stop();
  });

  it('is told to come back, and other calls pass it by', async () => {
    const [url = ''] = product.gateways;
    const email = `${randomUUID()}@example.com`;
    await callFrom(url, '203.0.113.1', 'register', { email, password });
    await product.database.query('update users set is_verified = true where email = $1', [email]);
    const { data: { token } } = await (await callFrom(url, '203.0.113.1', 'login', { email, password })).json() as { data: { token: string } };

    let waiting = flood;
    let tellBusy = (): void => {};
    const firstBusy = new Promise<void>((resolve) => { tellBusy = resolve; });
    const replies = Array.from({ length: flood }, async (_, index) => {
      const reply = await callFrom(url, addressOf(index), 'login', { email: `${index}@example.com`, password: 'password1' });
      waiting -= 1;
      if (reply.status === 503) tellBusy();
      return { status: reply.status, retryAfter: reply.headers.get('retry-after'), ...await reply.json() as { code: string } };
    });
    await firstBusy;
    const startedAt = performance.now();
    expect((await callFrom(url, '203.0.113.2', 'get-user-details', { token })).status).toBe(200);
    const [tookMs, waitingMeanwhile] = [performance.now() - startedAt, waiting];

    const outcomes = await Promise.all(replies);
    const busy = outcomes.filter(({ status }) => status === 503);
    const served = outcomes.filter(({ status }) => status === 401).length;
    report(`${flood} sign-ins at once: ${served} served, ${busy.length} told to come back; another call was answered in ${Math.round(tookMs)} ms while ${waitingMeanwhile} of them waited`);
    for (const one of busy) expect(one).toMatchObject({ code: 'BUSY', retryAfter: '2' });
    expect(served + busy.length).toBe(flood);
    expect(busy.length).toBeGreaterThan(flood / 2);
    expect(served).toBeGreaterThan(0);
    // It did not wait behind the queue: that was full when it came, and still there when it was answered.
    expect(waitingMeanwhile).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(queueWaitMs);
  });
});
