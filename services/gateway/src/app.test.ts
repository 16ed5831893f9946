import { randomUUID } from 'node:crypto';
import { apiPrefix, errorCodes, routeTable, type ErrorCode } from '@chat-backend/contracts';
import type { ConfigError } from '@chat-backend/service-kit';
import { testToken } from '@chat-backend/testing';
import { closeAll, postJson, runGateway, runMounted, runProxied, type RunningGateway, type Seen } from './gateway.fixture';

afterAll(closeAll);

const userId = randomUUID();

/** The documented failure, whole. */
const expectFailure = async (reply: Response, code: ErrorCode): Promise<void> => {
  expect(reply.status).toBe(errorCodes[code].status);
  expect(reply.headers.get('content-type')).toContain('application/json');
  const body = await reply.json() as Record<string, unknown>;
  expect(body).toMatchObject({ success: false, code, message: errorCodes[code].message });
  expect(body['requestId']).toBe(reply.headers.get('x-request-id'));
};

describe.each([['mounted', runMounted], ['proxied', runProxied]] as const)('the gateway with services %s', (_shape, run) => {
  let gateway: RunningGateway;
  beforeAll(async () => { gateway = await run(); });

  const post = (name: string, body: unknown, headers: Record<string, string> = {}) => postJson(gateway.url, name, body, headers);
  const raw = (init: RequestInit, path = `${apiPrefix}/get-all-friends`) => fetch(gateway.url + path, init);

  it.each(routeTable.map(({ name, service }) => [name, service] as const))('sends %s to %s, body and all', async (name, service) => {
    const body = { token: testToken(userId), text: 'é✓😀', deep: { list: [1, null] } };
    const seen = await (await post(name, body)).json() as Seen;
    expect(seen).toMatchObject({ service, method: 'POST', path: `${apiPrefix}/${name}`, body });
  });

  it('takes the token from the header, too', async () => {
    const token = testToken(userId);
    const seen = await (await post('get-all-friends', {}, { authorization: `Bearer ${token}` })).json() as Seen;
    expect(seen.headers['authorization']).toBe(`Bearer ${token}`);
    expect((await post('get-all-friends', { token }, { authorization: `Bearer ${token}` })).status).toBe(200);
    await expectFailure(await post('get-all-friends', { token }, { authorization: `Bearer ${testToken(userId)}` }), 'TOKENS_DIFFER');
  });

  it('refuses who has no token that holds', async () => {
    await expectFailure(await post('get-all-friends', {}), 'TOKEN_MISSING');
    await expectFailure(await post('get-all-friends', { token: 'nonsense' }), 'TOKEN_INVALID');
    await expectFailure(await post('get-all-friends', { token: 7 }), 'INVALID_REQUEST');
    await expectFailure(await post('get-all-friends', { token: testToken(userId, { livesSeconds: -1 }) }), 'TOKEN_EXPIRED');
  });

  it('asks for no token where none is needed', async () => {
    expect((await post('login', { email: 'user@example.com' })).status).toBe(200);
  });

  it.each(['/api/v1/nothing', '/api/v1', '/api/v1/', '/api/v1/__proto__', '/api/v1/%6cogin', '/api/v1/%zz', '/API/V1/login', '/nothing'])('does not know %s', async (path) => {
    await expectFailure(await raw({ method: 'POST' }, path), 'ENDPOINT_NOT_FOUND');
  });

  it.each(['/internal/send-batch', '/internal', '//internal/send-batch', '/api/v1/../../internal/send-batch', '/socket.io/../internal/send-batch'])('never reaches %s', async (path) => {
    await expectFailure(await raw({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }, path), 'ENDPOINT_NOT_FOUND');
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
    const reply = await raw({ method });
    expect(reply.headers.get('allow')).toBe('POST, OPTIONS');
    await expectFailure(reply, 'METHOD_NOT_ALLOWED');
  });

  it('tells what a call takes', async () => {
    const reply = await raw({ method: 'OPTIONS' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  });

  it('refuses bodies that are too large, of another type or malformed', async () => {
    const json = { 'content-type': 'application/json' };
    await expectFailure(await post('login', { text: 'x'.repeat(33_000) }), 'PAYLOAD_TOO_LARGE');
    await expectFailure(await raw({ method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }), 'UNSUPPORTED_MEDIA_TYPE');
    await expectFailure(await raw({ method: 'POST', headers: json, body: '{"token":' }), 'MALFORMED_JSON');
    await expectFailure(await raw({ method: 'POST', headers: json, body: '[]' }), 'MALFORMED_JSON');
    await expectFailure(await raw({ method: 'POST' }), 'TOKEN_MISSING');
    expect((await post('login', { text: 'x'.repeat(32_000) })).status).toBe(200);
  });

  it('tells the same as RFC 9457 to who asks for it', async () => {
    const reply = await post('get-all-friends', {}, { accept: 'application/problem+json' });
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(await reply.json()).toMatchObject({ type: 'about:blank', status: 401, code: 'TOKEN_MISSING', requestId: expect.any(String) as string });
  });

  it('names each call, and takes over a harmless name', async () => {
    const named = await post('login', {}, { 'x-request-id': 'my-call.1' });
    expect(named.headers.get('x-request-id')).toBe('my-call.1');
    expect((await named.json() as Seen).requestId).toBe('my-call.1');
    expect((await post('login', {}, { 'x-request-id': 'a b' })).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    'x-forwarded-for', 'forwarded', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'true-client-ip', 'cf-connecting-ip', 'fastly-client-ip', 'x-chat-client-address',
  ])('believes nobody about the address in %s', async (header) => {
    const seen = await (await post('login', {}, { [header]: header === 'forwarded' ? 'for=203.0.113.7' : '203.0.113.7' })).json() as Seen;
    expect(seen.address).toBe('127.0.0.1');
  });

  it('allows no foreign page', async () => {
    const reply = await post('login', {}, { origin: 'https://app.example.com' });
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is ready', async () => { expect(await gateway.service.notReady()).toEqual([]); });
});

describe.each([['mounted', runMounted], ['proxied', runProxied]] as const)('the gateway behind a proxy that it trusts, services %s', (_shape, run) => {
  it.each(['1', 'loopback'])('believes it about the address (TRUST_PROXY=%s), and not who spoke to it', async (trusted) => {
    const gateway = await run({ env: { TRUST_PROXY: trusted } });
    const seen = await (await postJson(gateway.url, 'login', {}, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' })).json() as Seen;
    expect(seen.address).toBe('203.0.113.7');
  });
});

describe('foreign pages', () => {
  it.each([['https://app.example.com', 'https://app.example.com'], ['*', '*']])('may call when CORS_ORIGINS is %s', async (origins, allowed) => {
    const gateway = await runMounted({ env: { CORS_ORIGINS: origins } });
    const origin = 'https://app.example.com';
    const preflight = await fetch(`${gateway.url}/api/v1/login`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin'), preflight.headers.get('access-control-allow-methods')]).toEqual([204, allowed, 'POST']);
    const refused = await postJson(gateway.url, 'get-all-friends', {}, { origin });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, allowed]);
    if (origins !== '*') {
      const other = await postJson(gateway.url, 'login', {}, { origin: 'https://evil.example.com' });
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await fetch(`${gateway.url}/inbox.json`, { headers: { origin } })).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the configuration', () => {
  it('is refused with every fault at once', async () => {
    const faults = await runGateway({ env: { TRUST_PROXY: 'nonsense' } }).then(() => [], (error: unknown) => (error as ConfigError).faults);
    expect(faults).toHaveLength(6);
    expect(faults.join('\n')).toMatch(/TRUST_PROXY[^]*AUTH_URL[^]*REALTIME_URL: is required/);
  });
});
