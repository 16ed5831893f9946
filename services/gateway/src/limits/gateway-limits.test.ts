import { randomUUID } from 'node:crypto';
import { rateLimits } from '@chat-backend/contracts';
import { startTestRedis, testToken, type RedisServer } from '@chat-backend/testing';
import { Redis } from 'ioredis';
import { closeAll, postJson, runMounted, type RunningGateway } from '../gateway.fixture';

afterAll(closeAll);

/** Small enough to go over quickly; one call a minute to sign in, three to sensitive calls. */
const factor = 0.1;
const signIns = rateLimits.login.calls * factor;
const sensitiveCalls = rateLimits.sensitive.calls * factor;
const env = { RATE_LIMIT_FACTOR: String(factor), TRUST_PROXY: '1' };

/** Calls as the client of that address. */
const call = (gateway: RunningGateway, name: string, body: object, address: string): Promise<Response> =>
  postJson(gateway.url, name, body, { 'x-forwarded-for': address });

const statuses = async (count: number, one: (index: number) => Promise<Response>): Promise<number[]> => {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await one(index)).status);
  return seen;
};

describe('the limits of one gateway', () => {
  let gateway: RunningGateway;
  beforeAll(async () => { gateway = await runMounted({ env }); });

  it('shut out an address that makes too many sensitive calls, and no other', async () => {
    const reset = (address: string) => call(gateway, 'forgot-password', { email: 'user@example.com' }, address);
    expect(await statuses(sensitiveCalls + 1, () => reset('203.0.113.1'))).toEqual([...Array<number>(sensitiveCalls).fill(200), 429]);
    expect((await reset('203.0.113.2')).status).toBe(200);
    const token = testToken(randomUUID());
    expect((await call(gateway, 'get-all-friends', { token }, '203.0.113.1')).status).toBe(200);
  });

  it('answer as documented, with the seconds to wait', async () => {
    const login = () => call(gateway, 'login', { email: 'one@example.com' }, '203.0.113.3');
    await statuses(signIns, login);
    const reply = await login();
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, String(rateLimits.login.seconds)]);
    expect(await reply.json()).toMatchObject({ success: false, code: 'RATE_LIMITED', requestId: expect.any(String) as string });
  });

  it('count sign-ins by address and email address, however it is written', async () => {
    const login = (email: unknown, address: string) => call(gateway, 'login', { email }, address);
    expect((await login('two@example.com', '203.0.113.4')).status).toBe(200);
    expect((await login(' TWO@example.com ', '203.0.113.4')).status).toBe(429);
    expect((await login('two@example.com', '203.0.113.5')).status).toBe(200);
    expect((await login({ not: 'text' }, '203.0.113.5')).status).toBe(200);
  });

  it('make who goes on calling wait longer each time', async () => {
    const login = () => call(gateway, 'login', { email: 'three@example.com' }, '2001:db8::1');
    await login();
    const waits = [await login(), await login()].map((reply) => Number(reply.headers.get('retry-after')));
    expect(waits).toEqual([rateLimits.login.seconds, rateLimits.login.seconds * 2]);
  });

  it('count the user wherever the calls come from', async () => {
    const token = testToken(randomUUID());
    const calls = rateLimits.user.calls * factor;
    const seen = await statuses(calls + 1, (index) => call(gateway, 'get-all-friends', { token }, `198.51.100.${index}`));
    expect(seen.slice(0, calls).every((status) => status === 200)).toBe(true);
    expect(seen.at(-1)).toBe(429);
  });

  it('count the exports of a user on their own, whichever of them it is', async () => {
    const token = testToken(randomUUID());
    const calls = rateLimits.export.calls * factor;
    const names = ['export-account', 'export-messages'];
    const seen = await statuses(calls + 1, (index) => call(gateway, names[index % 2] ?? '', { token }, `198.51.101.${index}`));
    expect(seen).toEqual([...Array<number>(calls).fill(200), 429]);
    expect((await call(gateway, 'get-all-friends', { token }, '198.51.101.250')).status).toBe(200);
  });

  it('count exchanges of refresh tokens by address', async () => {
    const calls = rateLimits.refresh.calls * factor;
    const seen = await statuses(calls + 1, () => call(gateway, 'refresh-token', { refreshToken: 'a guess' }, '203.0.113.7'));
    expect(seen).toEqual([...Array<number>(calls).fill(200), 429]);
    expect((await call(gateway, 'refresh-token', { refreshToken: 'a guess' }, '203.0.113.8')).status).toBe(200);
  });

  it('count by what the last proxy says, and nobody before it', async () => {
    const seen = await statuses(sensitiveCalls + 1, (index) => call(gateway, 'forgot-password', { email: 'user@example.com' }, `198.51.100.${index}, 203.0.113.9`));
    expect(seen).toEqual([...Array<number>(sensitiveCalls).fill(200), 429]);
  });

  it('are counted in the metrics, by name', async () => {
    const text = await gateway.context.metrics.metrics();
    for (const name of ['sensitive', 'login', 'refresh', 'user']) expect(text).toMatch(new RegExp(`chat_gateway_limited_calls_total\\{limit="${name}"\\} [1-9]`));
    expect(text).toContain('chat_gateway_limited_calls_total{limit="mails"} 0');
  });

  it('count who has no token, too', async () => {
    const calls = rateLimits.address.calls * factor;
    const seen = await statuses(calls + 1, () => call(gateway, 'get-all-friends', {}, '203.0.113.6'));
    expect([seen[0], seen.at(-2), seen.at(-1)]).toEqual([401, 401, 429]);
  });
});

describe('limits', () => {
  it('are off when the factor is 0', async () => {
    const gateway = await runMounted({ env: { ...env, RATE_LIMIT_FACTOR: '0' } });
    const seen = await statuses(50, () => call(gateway, 'login', { email: 'user@example.com' }, '203.0.113.1'));
    expect(new Set(seen)).toEqual(new Set([200]));
  });
});

describe('without TRUST_PROXY', () => {
  it('an address is one, whatever it claims to be', async () => {
    const gateway = await runMounted({ env: { RATE_LIMIT_FACTOR: String(factor) } });
    const seen = await statuses(sensitiveCalls + 1, (index) => {
      const address = `198.51.100.${index}`;
      return postJson(gateway.url, 'forgot-password', { email: 'user@example.com' }, {
        'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address, 'x-client-ip': address, 'true-client-ip': address, 'x-chat-client-address': address,
      });
    });
    expect(seen).toEqual([...Array<number>(sensitiveCalls).fill(200), 429]);
  });
});

describe('the mails that an address may cause', () => {
  const mails = rateLimits.mails.calls * factor;
  const causing = ['register', 'forgot-password', 'resend-email'];
  let redis: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    redis = await startTestRedis();
    client = new Redis(redis.url);
  });
  afterAll(async () => {
    client.disconnect();
    await redis.kill();
  });

  /** Whatever else is sensitive has a limit of its own, which is lower in a minute: it is forgotten before each call. */
  const statusesOf = async (gateway: RunningGateway, count: number, address: string): Promise<number[]> => {
    do await call(gateway, 'login', {}, '192.0.2.1'); while (await client.del('rate:sensitive:192.0.2.1') === 0);
    return statuses(count, async (index) => {
      await client.del(`rate:sensitive:${address}`);
      return call(gateway, causing[index % causing.length] ?? '', { token: testToken(randomUUID(), { purpose: 'verify' }) }, address);
    });
  };

  it('are so many in an hour, whichever calls cause them', async () => {
    const gateway = await runMounted({ env, redisUrl: redis.url });
    expect(await statusesOf(gateway, mails + 1, '203.0.113.1')).toEqual([...Array<number>(mails).fill(200), 429]);
    const reply = await call(gateway, 'forgot-password', {}, '203.0.113.1');
    expect([reply.status, Number(reply.headers.get('retry-after')) > rateLimits.mails.seconds / 2]).toEqual([429, true]);
    await client.del('rate:sensitive:203.0.113.1');
    expect((await call(gateway, 'login', {}, '203.0.113.1')).status).toBe(200);
  });

  it('are not counted in contract mode, where the codes stand in the replies', async () => {
    const gateway = await runMounted({ env: { ...env, EXPOSE_OTP: 'true' }, redisUrl: redis.url });
    expect(await statusesOf(gateway, mails + 1, '203.0.113.2')).toEqual(Array<number>(mails + 1).fill(200));
  });
});

describe('the limits of two gateways', () => {
  let redis: RedisServer;
  beforeAll(async () => { redis = await startTestRedis(); });
  afterAll(() => redis.kill());

  const login = (gateway: RunningGateway, address: string) => call(gateway, 'login', { email: 'user@example.com' }, address);
  /** They connect to Redis on their own; until then each counts for itself. Each attempt is a client of its own. */
  const untilShared = async (one: RunningGateway, other: RunningGateway): Promise<void> => {
    for (let client = 1; client < 250; client++) {
      await login(one, `192.0.2.${client}`);
      if ((await login(other, `192.0.2.${client}`)).status === 429) return;
    }
    throw new Error('the two gateways never shared a limit');
  };

  it('are one through Redis, and each its own while Redis is away or does not answer', async () => {
    const [one, other] = [await runMounted({ env, redisUrl: redis.url }), await runMounted({ env, redisUrl: redis.url })];
    await untilShared(one, other);
    expect([(await login(one, '203.0.113.1')).status, (await login(other, '203.0.113.1')).status]).toEqual([200, 429]);

    process.kill(redis.pid, 'SIGSTOP');
    const startedAt = Date.now();
    expect([(await login(one, '203.0.113.2')).status, (await login(one, '203.0.113.2')).status]).toEqual([200, 429]);
    expect((await login(other, '203.0.113.2')).status).toBe(200);
    expect(Date.now() - startedAt).toBeLessThan(3_000);

    process.kill(redis.pid, 'SIGCONT');
    await redis.stop();
    expect([(await login(one, '203.0.113.3')).status, (await login(one, '203.0.113.3')).status]).toEqual([200, 429]);
    expect((await login(other, '203.0.113.3')).status).toBe(200);
  });
});
