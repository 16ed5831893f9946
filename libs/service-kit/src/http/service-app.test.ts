import { accounts, groups, type GatheredAuditEntry } from '@chat-backend/contracts';
import { Registry } from 'prom-client';
import request from 'supertest';
import { accountHash, createAuditTrail } from '../audit/audit-trail';
import { plainAddress } from '../audit/plain-address';
import { createLogger } from '../logger';
import { anybody, anyUser, type Policies } from '../policy';
import { Refusal } from '../refusal';
import { deriveKeys } from '../tokens/keys';
import { createTokenSigner, createTokenVerifier } from '../tokens/tokens';
import { servePublic, serveUser } from './serve-endpoint';
import { createServiceApp } from './service-app';

const keys = deriveKeys('a secret key for tests only, 32 bytes or more');
const sign = (purpose: 'access' | 'reset', livesSeconds = 60) =>
  createTokenSigner(keys.tokens[0]).sign({ userId: 'u', sessionId: 's', purpose, livesSeconds });
const token = sign('access');
const id = '01890a5d-ac96-774b-bcce-b302099a8057';
const notMine = '01890a5d-ac96-774b-bcce-b302099a8059';

const logger = createLogger({ level: 'silent', service: 'test' });
const audited: GatheredAuditEntry[] = [];
const audit = createAuditTrail({ keys, logger, metrics: new Registry() }, async (entries) => { audited.push(...entries); });

const tokens = createTokenVerifier(keys.tokens);
const room = { logger, audit, internalKeys: keys.internal };

const app = createServiceApp({
  ...room, policies: { 'join-group': anyUser, login: anybody },
  internal: { 'members-among': ({ userIds }) => Promise.resolve({ membershipVersion: 1, memberIds: userIds }) },
  routes: (routes) => {
    serveUser(routes, tokens, groups.joinGroup, ({ body }) => {
      if (body.groupId === notMine) throw new Refusal('NOT_A_MEMBER');
      if (body.groupId !== id) throw new Error('a fault of ours with a secret');
      return Promise.resolve({ seen: body });
    });
    servePublic(routes, accounts.login, () => { throw new Refusal('WRONG_CREDENTIALS'); });
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

describe('the audit log hears', () => {
  /** What the act leaves in the log, without what differs each time. */
  const heardOf = async (act: () => PromiseLike<unknown>): Promise<object[]> => {
    await audit.flush();
    audited.length = 0;
    await act();
    await audit.flush();
    return audited.map(({ id: _id, happenedAt: _at, ...entry }) => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)));
  };
  const named = (test: request.Test) => test.set('X-Request-Id', 'call-1');

  it('who may not, what, why and from where', async () => {
    expect(await heardOf(() => named(call()).send({ token, groupId: notMine }))).toEqual([
      { action: 'access.denied', code: 'NOT_A_MEMBER', call: 'join-group', userId: 'u', requestId: 'call-1', address: '127.0.0.1', times: 1 },
    ]);
  });
  it('of a wrong password without the address that was named, which is hidden by a key', async () => {
    const [entry] = await heardOf(() => named(request(app).post('/api/v1/login')).send({ email: ' Ann@Example.com ', password: 'a password' }));
    expect(entry).toEqual({
      action: 'credentials.refused', code: 'WRONG_CREDENTIALS', call: 'login', requestId: 'call-1', address: '127.0.0.1', times: 1,
      accountHash: accountHash(keys.audit, 'ann@example.com'),
    });
    expect(JSON.stringify(entry)).not.toMatch(/ann|example|a password/i);
    expect(accountHash(deriveKeys('another secret key for tests only, 32 bytes').audit, 'ann@example.com')).not.toBe(accountHash(keys.audit, 'ann@example.com'));
  });
  it('of a handle that was used for something else, whose subject is no user', async () => {
    expect(await heardOf(() => call().send({ token: sign('reset'), groupId: id }))).toMatchObject([{ action: 'token.refused', code: 'WRONG_TOKEN_PURPOSE' }]);
    expect(audited[0]?.userId).toBeUndefined();
  });
  it('no address that is none', () => {
    expect(['203.0.113.7', '::ffff:203.0.113.7', '2001:db8::1', 'unknown', 'x'.repeat(9_000), '', undefined].map(plainAddress))
      .toEqual(['203.0.113.7', '203.0.113.7', '2001:db8::1', undefined, undefined, undefined, undefined]);
  });
  it('nothing of everyday mistakes', async () => {
    expect(await heardOf(async () => {
      await call().send({ token });
      await call().send({ token: sign('access', -1), groupId: id });
      await call().send({ groupId: id });
      await request(app).post('/api/v1/nothing').send({});
    })).toEqual([]);
  });
});
