import { request, type OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { connectionLimits } from '@chat-backend/contracts';
import { startTestRedis, type RedisServer } from '@chat-backend/testing';
import { startSplitProcesses, type SplitProcesses } from './split-processes.fixture';

jest.setTimeout(40_000);

/** Six handshakes of an address in a minute. */
const factor = 0.01;
const handshakes = connectionLimits.handshakes.calls * factor;

const upgraded: Duplex[] = [];
/** The status of a handshake. What is upgraded is kept open. */
const handshake = (url: string, transport: 'polling' | 'websocket', headers: OutgoingHttpHeaders): Promise<number> => new Promise((resolve, reject) => {
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': Buffer.from('sixteen bytes 16').toString('base64') };
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path: `/socket.io/?EIO=4&transport=${transport}`, headers: { ...headers, ...(transport === 'websocket' ? upgrade : {}) } });
  sent.once('upgrade', (response, socket) => {
    upgraded.push(socket);
    resolve(response.statusCode ?? 0);
  });
  sent.once('response', (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  sent.once('error', reject);
  sent.end();
});

describe.each(['polling', 'websocket'] as const)('a socket through the gateway, by %s', (transport) => {
  const welcome = transport === 'polling' ? 200 : 101;
  let redis: RedisServer;
  let product: SplitProcesses;
  beforeAll(async () => {
    redis = await startTestRedis();
    product = await startSplitProcesses({
      redisUrl: redis.url, gateways: 1, env: { RATE_LIMIT_FACTOR: String(factor), CORS_ORIGINS: 'https://app.example.com' }, gatewayEnv: { TRUST_PROXY: '1' },
    });
  });
  afterAll(async () => {
    for (const socket of upgraded.splice(0)) socket.destroy();
    await product.stop();
    await redis.stop();
  });
  const through = (headers: OutgoingHttpHeaders): Promise<number> => handshake(product.gateways[0] ?? '', transport, headers);

  it('counts for its client, whom realtime knows from the gateway alone', async () => {
    const statuses: number[] = [];
    for (let index = 0; index <= handshakes; index += 1) statuses.push(await through({ 'x-forwarded-for': `198.51.100.${index}, 203.0.113.1` }));
    expect(statuses).toEqual([...Array<number>(handshakes).fill(welcome), 429]);
    expect(await through({ 'x-forwarded-for': '203.0.113.2' })).toBe(welcome);
    // Past the gateway nobody is believed: all of these are one.
    const direct: number[] = [];
    for (let index = 0; index <= handshakes; index += 1) direct.push(await handshake(product.behind, transport, { 'x-forwarded-for': `198.51.100.${index}` }));
    expect(direct).toEqual([...Array<number>(handshakes).fill(welcome), 429]);
  });

  it('may come from an app, a configured page or a page of the gateway itself, and from no other page', async () => {
    const { host } = new URL(product.gateways[0] ?? '');
    const from = (origin: string | undefined) => through({ 'x-forwarded-for': '203.0.113.3', ...(origin === undefined ? {} : { origin }) });
    expect([await from(undefined), await from('https://app.example.com'), await from(`http://${host}`)]).toEqual([welcome, welcome, welcome]);
    expect([await from('https://evil.example.com'), await from('null'), await from(product.behind)]).toEqual([403, 403, 403]);
  });
});
