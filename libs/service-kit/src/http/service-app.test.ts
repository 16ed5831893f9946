import { groups } from '@chat-backend/contracts';
import request from 'supertest';
import { createLogger } from '../logger';
import { anyUser, type Policies } from '../policy';
import { deriveKeys } from '../tokens/keys';
import { createTokenSigner, createTokenVerifier } from '../tokens/tokens';
import { serveUser } from './serve-endpoint';
import { createServiceApp } from './service-app';

const keys = deriveKeys('a secret key for tests only, 32 bytes or more');
const sign = (purpose: 'access' | 'reset', livesSeconds = 60) =>
  createTokenSigner(keys.tokens[0]).sign({ userId: 'u', sessionId: 's', purpose, livesSeconds });
const token = sign('access');
const id = '01890a5d-ac96-774b-bcce-b302099a8057';

const tokens = createTokenVerifier(keys.tokens);
const room = { logger: createLogger({ level: 'silent', service: 'test' }), internalKeys: keys.internal };

const app = createServiceApp({
  ...room, policies: { 'join-group': anyUser },
  internal: { 'members-among': ({ userIds }) => Promise.resolve({ membershipVersion: 1, memberIds: userIds }) },
  routes: (routes) => {
    serveUser(routes, tokens, groups.joinGroup, ({ body }) => {
      if (body.groupId !== id) throw new Error('a fault of ours with a secret');
      return Promise.resolve({ seen: body });
    });
  },
});
const call = () => request(app).post('/api/v1/join-group');
/** As bytes: supertest would make JSON of them. */
const callWithBytes = (body: Buffer) => call().set('content-type', 'application/json').serialize((bytes: unknown) => bytes as string).send(body);

describe('an app', () => {
  it('does not start with a call that no policy names', () => {
    const create = (policies: Policies) => () => createServiceApp({
      ...room, policies, internal: {}, routes: (routes) => {
        serveUser(routes, tokens, groups.joinGroup, () => Promise.resolve({}));
        serveUser(routes, tokens, groups.leaveGroup, () => Promise.resolve({}));
      },
    });
    expect(create({ 'join-group': anyUser, 'leave-group': anyUser })).not.toThrow();
    expect(create({ 'join-group': anyUser })).toThrow('no policy says who may call /api/v1/leave-group');
    expect(create({})).toThrow('/api/v1/join-group, /api/v1/leave-group');
  });
});

describe('a call', () => {
  it('reaches its verb with what the schema names and nothing else', async () => {
    const reply = await call().send({ token, groupId: id, role: 'owner' });
    expect([reply.status, reply.body]).toEqual([200, { success: true, message: 'Group joined successfully', seen: { groupId: id } }]);
  });
  it('may carry its token in the header, or the same one twice', async () => {
    expect((await call().set('Authorization', `Bearer ${token}`).send({ groupId: id })).status).toBe(200);
    expect((await call().set('Authorization', `Bearer ${token}`).send({ token, groupId: id })).status).toBe(200);
  });
  it.each([
    ['no token', { groupId: id }, 401, 'TOKEN_MISSING'],
    ['a token that is not text', { token: 5, groupId: id }, 400, 'INVALID_REQUEST'],
    ['a token of another purpose', { token: sign('reset'), groupId: id }, 403, 'WRONG_TOKEN_PURPOSE'],
    ['an expired token', { token: sign('access', -1), groupId: id }, 401, 'TOKEN_EXPIRED'],
    ['a missing field', { token }, 400, 'INVALID_REQUEST'],
    ['a fault of ours', { token, groupId: '01890a5d-ac96-774b-bcce-b302099a8058' }, 500, 'INTERNAL'],
  ])('with %s is answered in the documented shape', async (_what, body, status, code) => {
    const reply = await call().send(body);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ success: false, code, message: expect.any(String) as string, requestId: reply.headers['x-request-id'] as string });
    expect(reply.text).not.toContain('secret');
  });
  it('in bytes that are no UTF-8 is refused, not read with other letters', async () => {
    const body = (bytes: number[]): Buffer => Buffer.concat([Buffer.from(`{"token":"${token}","groupId":"${id}","x":"`), Buffer.from(bytes), Buffer.from('"}')]);
    const statusOf = async (bytes: number[]): Promise<number> => (await callWithBytes(body(bytes))).status;
    expect(await statusOf([0xc3, 0xa9])).toBe(200);
    for (const bytes of [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]) {
      const reply = await callWithBytes(body(bytes));
      expect([reply.status, reply.body]).toMatchObject([400, { code: 'MALFORMED_JSON' }]);
    }
  });

  it('with two different tokens is refused', async () => {
    const reply = await call().set('Authorization', `Bearer ${sign('access', 61)}`).send({ token, groupId: id });
    expect([reply.status, (reply.body as { code: string }).code]).toEqual([400, 'TOKENS_DIFFER']);
  });
  it.each([
    ['malformed JSON', '{"a":', 'application/json', 400],
    ['a list', '[1]', 'application/json', 400],
    ['another type', 'a=b', 'application/x-www-form-urlencoded', 415],
    ['33 KB', JSON.stringify({ about: 'x'.repeat(33 * 1024) }), 'application/json', 413],
  ])('of %s is refused as JSON', async (_what, body, type, status) => {
    const reply = await call().set('Content-Type', type).send(body);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ success: false });
  });
  it('is refused as RFC 9457 where that is asked for', async () => {
    const reply = await call().set('Accept', 'application/problem+json').send({});
    expect(reply.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(reply.text)).toMatchObject({ status: 401, code: 'TOKEN_MISSING' });
  });
  it('keeps a harmless request id and replaces another', async () => {
    expect((await call().set('X-Request-Id', 'abc-1').send({})).headers['x-request-id']).toBe('abc-1');
    expect((await call().set('X-Request-Id', 'a b<script>').send({})).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('an internal call', () => {
  const internal = (authorization: string) => request(app).post('/internal/members-among').set('Authorization', authorization).send({ groupId: id, userIds: ['a'] });
  it('is answered for the key', async () => {
    expect((await internal(`Internal ${keys.internal[0].toString('hex')}`)).body).toEqual({ membershipVersion: 1, memberIds: ['a'] });
  });
  it.each(['', 'Internal ', `Internal ${Buffer.alloc(32).toString('hex')}`, `Bearer ${token}`])('does not exist for %j', async (authorization) => {
    expect((await internal(authorization)).status).toBe(404);
  });
});
