import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type OutgoingHttpHeaders } from 'node:http';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectionLimits } from '@chat-backend/contracts';
import { clientAddressHeader, createAddressSigner, deriveKeys } from '@chat-backend/service-kit';
import { startTestRedis, testToken, type RedisServer } from '@chat-backend/testing';
import { Redis } from 'ioredis';
import { createInMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, eventually, refusal, startPod, type TestPod } from '../realtime.fixture';

type Transport = 'polling' | 'websocket';
interface Answer { status: number; retryAfter: string | undefined; code: string | undefined }

const pods: TestPod[] = [];
const upgraded: Duplex[] = [];
const start = async (env: NodeJS.ProcessEnv = {}, redisUrl?: string): Promise<TestPod> => {
  const pod = await startPod({ internal: createInMemoryMessaging(), env, ...(redisUrl === undefined ? {} : { redisUrl }) });
  pods.push(pod);
  return pod;
};
afterEach(async () => {
  closeClients();
  for (const socket of upgraded.splice(0)) socket.destroy();
  for (const pod of pods.splice(0)) await pod.stop();
});

const webSocketHeaders = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': Buffer.from('sixteen bytes 16').toString('base64') };

/** One request as a client of any kind sends it. What is upgraded is kept open. */
const ask = ({ url }: TestPod, transport: Transport, headers: OutgoingHttpHeaders = {}, query = ''): Promise<Answer> => new Promise((resolve, reject) => {
  const { port } = new URL(url);
  const sent = request({
    host: '127.0.0.1', port, path: `/socket.io/?EIO=4&transport=${transport}${query}`, headers: { ...headers, ...(transport === 'websocket' ? webSocketHeaders : {}) },
  });
  sent.once('upgrade', (_response, socket) => {
    upgraded.push(socket);
    resolve({ status: 101, retryAfter: undefined, code: undefined });
  });
  sent.once('response', (response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    response.once('end', () => {
      const { code } = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: string };
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], code });
    });
  });
  sent.once('error', reject);
  sent.end();
});
const welcome = { polling: 200, websocket: 101 } as const;
const openedBy = async (pod: TestPod, headers: OutgoingHttpHeaders = {}): Promise<string> => {
  const text = await (await fetch(`${pod.url}/socket.io/?EIO=4&transport=polling`, { headers: headers as Record<string, string> })).text();
  return (JSON.parse(text.slice(1)) as { sid: string }).sid;
};

describe.each(['polling', 'websocket'] as const)('the origin of a request by %s', (transport) => {
  const env = { CORS_ORIGINS: 'https://app.example.com', PUBLIC_URL: 'https://chat.example.com/here' };
  const refused = { status: 403, code: 'ORIGIN_NOT_ALLOWED', retryAfter: undefined };

  it('may be none, as apps have none, one that is configured, or the page that is served here', async () => {
    const pod = await start(env);
    const { host } = new URL(pod.url);
    for (const origin of [undefined, 'https://app.example.com', 'https://chat.example.com', `http://${host}`]) {
      expect(await ask(pod, transport, origin === undefined ? {} : { origin })).toMatchObject({ status: welcome[transport] });
    }
    // Who ends TLS before us leaves the host as it was.
    expect(await ask(pod, transport, { origin: 'https://other.example.com', host: 'other.example.com' })).toMatchObject({ status: welcome[transport] });
  });

  it.each([
    'https://evil.example.com', 'http://app.example.com', 'https://app.example.com.evil.example.com', 'https://app.example.com:8443', 'null', 'file://', 'nonsense',
  ])('may not be %s', async (origin) => {
    const pod = await start(env);
    expect(await ask(pod, transport, { origin })).toEqual(refused);
  });

  it('may be any where all are allowed', async () => {
    const pod = await start({ CORS_ORIGINS: '*' });
    expect(await ask(pod, transport, { origin: 'https://evil.example.com' })).toMatchObject({ status: welcome[transport] });
  });

  it('is asked for in a session that is open, too', async () => {
    const pod = await start(env);
    expect(await ask(pod, transport, { origin: 'https://evil.example.com' }, `&sid=${await openedBy(pod)}`)).toEqual(refused);
  });
});

it('a client that breaks off when it is refused ends nothing', async () => {
  const pod = await start();
  const heads = [...Object.entries(webSocketHeaders), ['origin', 'https://evil.example.com']].map(([name, value]) => `${name}: ${value}`).join('\r\n');
  const errors: unknown[] = [];
  const keep = (error: unknown): void => { errors.push(error); };
  process.on('uncaughtExceptionMonitor', keep);
  for (let round = 0; round < 20; round += 1) {
    const before = await pod.networkSockets();
    const leaving = connectTcp(Number(new URL(pod.url).port), '127.0.0.1');
    leaving.write(`GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: chat\r\n${heads}\r\n\r\n`);
    await once(leaving, 'data');
    leaving.resetAndDestroy();
    await eventually(async () => await pod.networkSockets() <= before, 'it is gone');
  }
  process.off('uncaughtExceptionMonitor', keep);
  expect(errors).toEqual([]);
  await connect(pod.url);
});

/** Six handshakes of an address in a minute, twenty connections at once. */
const factor = 0.01;
const handshakes = connectionLimits.handshakes.calls * factor;
const connections = connectionLimits.atOncePerAddress * factor;
const env = { RATE_LIMIT_FACTOR: String(factor) };
const overHandshakes = { status: 429, code: 'RATE_LIMITED', retryAfter: expect.stringMatching(/^([1-9]|[1-5]\d|60)$/) as string };

const answersTo = async (count: number, one: (index: number) => Promise<Answer>): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (let index = 0; index < count; index += 1) answers.push(await one(index));
  return answers;
};

describe('the handshakes of an address', () => {
  it.each(['polling', 'websocket'] as const)('are so many in a minute (%s), whatever it claims about proxies; what is open goes on', async (transport) => {
    const pod = await start(env);
    const session = await openedBy(pod);
    const forged = (index: number): OutgoingHttpHeaders => {
      const address = `198.51.100.${index}`;
      return {
        'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address, 'x-client-ip': address, 'true-client-ip': address, 'cf-connecting-ip': address,
        [clientAddressHeader]: index % 2 === 0 ? address : createAddressSigner(deriveKeys('some secret of their own, not ours').internal[0])(address),
      };
    };
    const answers = await answersTo(handshakes, (index) => ask(pod, transport, forged(index)));
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(handshakes - 1).fill(welcome[transport]), 429]);
    expect(await ask(pod, transport, forged(99), '&sid=')).toEqual(overHandshakes);
    const polled = await fetch(`${pod.url}/socket.io/?EIO=4&transport=polling&sid=${session}`, { method: 'POST', body: '3' });
    expect(polled.status).toBe(200);
    expect(await pod.context.metrics.metrics()).toContain('chat_realtime_limited_total{limit="handshakes"} 2');
  });

  it('are counted by the last proxy\'s word where TRUST_PROXY is 1', async () => {
    const pod = await start({ ...env, TRUST_PROXY: '1' });
    const from = (last: string) => (index: number) => ask(pod, 'polling', { 'x-forwarded-for': `198.51.100.${index}, ${last}` });
    expect((await answersTo(handshakes + 1, from('203.0.113.7'))).at(-1)).toEqual(overHandshakes);
    expect(await from('203.0.113.8')(0)).toMatchObject({ status: 200 });
  });

  it('are counted by the gateway\'s word, which is signed', async () => {
    const pod = await start(env);
    const sign = createAddressSigner(pod.context.keys.internal[0]);
    const from = (address: string) => () => ask(pod, 'websocket', { [clientAddressHeader]: sign(address), 'x-forwarded-for': address });
    expect((await answersTo(handshakes + 1, from('203.0.113.7'))).at(-1)).toEqual(overHandshakes);
    expect(await from('203.0.113.8')()).toMatchObject({ status: 101 });
    expect(await ask(pod, 'websocket', { [clientAddressHeader]: sign('203.0.113.7').replace('.7', '.9') })).toMatchObject({ status: 101 });
    expect((await answersTo(handshakes, () => ask(pod, 'websocket', { [clientAddressHeader]: sign('203.0.113.7').replace('.7', '.9') }))).at(-1)).toEqual(overHandshakes);
  });

  it('are not limited where the factor is 0', async () => {
    const pod = await start({ RATE_LIMIT_FACTOR: '0' });
    const answers = await answersTo(connections + 1, () => ask(pod, 'polling'));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe('with two processes', () => {
  let redis: RedisServer;
  let client: Redis;
  beforeEach(async () => {
    redis = await startTestRedis();
    client = new Redis(redis.url);
  });
  afterEach(async () => {
    client.disconnect();
    await redis.kill();
  });
  /** Both count in Redis, not for themselves. */
  const startTwo = async (more: NodeJS.ProcessEnv): Promise<[TestPod, TestPod]> => {
    const two: [TestPod, TestPod] = [await start({ ...env, TRUST_PROXY: '1', ...more }, redis.url), await start({ ...env, TRUST_PROXY: '1', ...more }, redis.url)];
    for (const [index, pod] of two.entries()) {
      const counts = async (): Promise<boolean> => {
        await ask(pod, 'polling', { 'x-forwarded-for': `192.0.2.${index}` });
        return await client.exists(`rate:handshakes:192.0.2.${index}`) === 1;
      };
      await eventually(counts, 'the process counts in Redis');
    }
    return two;
  };

  it('the handshakes of an address are counted together, and by each while Redis hangs; a client that breaks off meanwhile does no harm', async () => {
    const two = await startTwo({});
    const from = (address: string) => (index: number) => ask(two[index % 2 === 0 ? 0 : 1], 'polling', { 'x-forwarded-for': address });
    const answers = await answersTo(handshakes + 2, from('203.0.113.1'));
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(handshakes).fill(200), 429, 429]);

    process.kill(redis.pid, 'SIGSTOP');
    const before = await two[0].networkSockets();
    const leaving = connectTcp(Number(new URL(two[0].url).port), '127.0.0.1');
    const path = '/socket.io/?EIO=4&transport=websocket';
    leaving.write(`GET ${path} HTTP/1.1\r\nHost: chat\r\n${Object.entries(webSocketHeaders).map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`);
    await eventually(async () => await two[0].networkSockets() > before, 'it is there');
    leaving.resetAndDestroy();
    const alone = await answersTo(2 * handshakes + 2, from('203.0.113.2'));
    expect(alone.map(({ status }) => status)).toEqual([...Array<number>(2 * handshakes).fill(200), 429, 429]);
    process.kill(redis.pid, 'SIGCONT');
  });

  it('the connections of an address are counted together, and make room when they close', async () => {
    const two = await startTwo({});
    const address = '203.0.113.3';
    const open = async (index: number): Promise<Answer> => {
      // Only what is open at the same time is to count.
      await client.del(`rate:handshakes:${address}`);
      return ask(two[index % 2 === 0 ? 0 : 1], 'websocket', { 'x-forwarded-for': address });
    };
    const answers = await answersTo(connections + 1, open);
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(connections).fill(101), 429]);
    expect(answers.at(-1)).toEqual({ status: 429, code: 'TOO_MANY_SOCKETS', retryAfter: '10' });
    expect(await two[0].context.metrics.metrics()).toContain('chat_realtime_limited_total{limit="connectionsOfAddress"} 1');
    upgraded[0]?.destroy();
    await eventually(async () => (await open(0)).status === 101, 'there is room again');
    expect(await open(1)).toMatchObject({ status: 429, code: 'TOO_MANY_SOCKETS' });
  });

  it('the sockets of a user are counted together, by each while Redis hangs, and make room when they close', async () => {
    // Five of a user, sixty handshakes.
    const two = await startTwo({ RATE_LIMIT_FACTOR: '0.1' });
    const userId = randomUUID();
    const token = testToken(userId);
    const first = await connect(two[0].url, { userId, token });
    for (const pod of [two[0], two[1], two[1], two[0]]) await connect(pod.url, { userId, token });
    const refused = { code: 'TOO_MANY_SOCKETS', message: 'Too many connections are open; close one and try again' };
    for (const pod of two) expect(await refusal(pod.url, { token })).toEqual(refused);
    await connect(two[0].url);
    first.socket.disconnect();
    await eventually(() => connect(two[1].url, { userId, token }).then(() => true, () => false), 'there is room again');
    expect(await refusal(two[0].url, { token })).toEqual(refused);

    process.kill(redis.pid, 'SIGSTOP');
    const other = randomUUID();
    const otherToken = testToken(other);
    for (const pod of two) for (let count = 0; count < 5; count += 1) await connect(pod.url, { userId: other, token: otherToken });
    for (const pod of two) expect(await refusal(pod.url, { token: otherToken })).toEqual(refused);
    process.kill(redis.pid, 'SIGCONT');
  });

  it('what a process told that died is believed no longer than half a minute', async () => {
    const [pod] = await startTwo({ RATE_LIMIT_FACTOR: '0.1' });
    const [userId, now] = [randomUUID(), Date.now()];
    await client.hset(`sockets:user:${userId}`, { dead: `5 ${now - 1}` });
    await connect(pod.url, { userId });
    await client.hset(`sockets:user:${userId}`, { living: `5 ${now + 30_000}` });
    expect(await refusal(pod.url, { token: testToken(userId) })).toMatchObject({ code: 'TOO_MANY_SOCKETS' });
  });
});
