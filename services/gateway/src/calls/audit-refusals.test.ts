import { randomUUID } from 'node:crypto';
import type { GatheredAuditEntry } from '@chat-backend/contracts';
import type { InternalCaller } from '@chat-backend/service-kit';
import { testToken } from '@chat-backend/testing';
import { closeAll, internalWith, postJson, runMounted } from '../gateway.fixture';

afterAll(closeAll);

const signedIn = { userId: randomUUID(), sessionId: randomUUID() };
const revokedToken = testToken(signedIn.userId, { sessionId: signedIn.sessionId });
const forged = `${testToken(randomUUID()).slice(0, -4)}AAAA`;

/** An auth that keeps what it is handed for the audit log, or does with it what the test says. */
const auditing = (record: (entries: GatheredAuditEntry[]) => Promise<void>): InternalCaller => {
  const auth = internalWith(() => [signedIn.sessionId]);
  const call: InternalCaller['call'] = async (name, request, spreadBy) => {
    if (name === 'record-audit') await record((request as { entries: GatheredAuditEntry[] }).entries);
    return auth.call(name, request, spreadBy);
  };
  return { ...auth, call };
};

describe('what the gateway refuses', () => {
  it('goes to the audit log in one call, with who and from where, and nothing else does', async () => {
    let handed = (_entries: GatheredAuditEntry[]): void => {};
    const firstBatch = new Promise<GatheredAuditEntry[]>((resolve) => { handed = resolve; });
    const gateway = await runMounted({ internal: auditing(async (entries) => { handed(entries); }), env: { RATE_LIMIT_FACTOR: '0.1', TRUST_PROXY: '1' } });
    const call = (name: string, body: object, requestId: string) =>
      postJson(gateway.url, name, body, { 'x-forwarded-for': '203.0.113.9', 'x-request-id': requestId });
    const replies = [
      await call('login', { email: 'ann@example.com', password: 'a secret' }, 'fine'),
      await call('login', { email: 'ann@example.com', password: 'a secret' }, 'limited-1'),
      await call('login', { email: 'Ann@example.com', password: 'a secret' }, 'limited-2'),
      await call('get-all-friends', { token: revokedToken }, 'revoked'),
      await call('get-all-friends', { token: forged }, 'forged'),
      await call('get-all-friends', {}, 'mistake'),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 429, 429, 401, 401, 401]);
    const entries = await firstBatch;
    expect(entries).toMatchObject([
      { action: 'rate.limited', code: 'RATE_LIMITED', call: 'login', requestId: 'limited-1', address: '203.0.113.9', times: 2, accountHash: expect.stringMatching(/^[\w-]{22}$/) as string },
      { action: 'token.refused', code: 'SESSION_REVOKED', call: 'get-all-friends', requestId: 'revoked', userId: signedIn.userId },
      { action: 'token.refused', code: 'TOKEN_INVALID', call: 'get-all-friends', requestId: 'forged', address: '203.0.113.9' },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/ann@|a secret|eyJ/i);
  });

  it('is answered as before while auth takes nothing, and keeps the gateway from nothing', async () => {
    const gateway = await runMounted({ internal: auditing(() => new Promise(() => {})), env: { RATE_LIMIT_FACTOR: '0', TRUST_PROXY: '1' } });
    const refused = async (index: number): Promise<number> =>
      (await postJson(gateway.url, 'get-all-friends', { token: forged }, { 'x-forwarded-for': `198.51.100.${index % 250}`, 'x-request-id': `call-${index}` })).status;
    const statuses = await Promise.all(Array.from({ length: 250 }, (_, index) => refused(index)));
    expect(new Set(statuses)).toEqual(new Set([401]));
    await gateway.service.drain();
    await gateway.service.close();
  });
});
