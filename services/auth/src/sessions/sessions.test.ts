import { newId } from '@chat-backend/database';
import { testToken } from '@chat-backend/testing';
import { password, startAuthUnderTest, verifiedUser, type AuthUnderTest, type Reply } from '../auth.fixture';
import { deleteExpired } from '../delete-expired';
import { openAuthDatabase } from '../db';
import { hashRefreshToken } from './issue-refresh-token';

describe('sessions', () => {
  let auth: AuthUnderTest;
  const announced: string[] = [];
  beforeAll(async () => {
    auth = await startAuthUnderTest();
    auth.context.events.on('session.revoked', ({ sessionIds }) => { announced.push(...sessionIds); });
  });
  afterAll(() => auth.stop());

  const signedIn = async () => {
    const { token, refreshToken } = (await auth.call('login', { email: await verifiedUser(auth), password })).body.data;
    return { token, refreshToken, sessionId: auth.context.tokens.verify(token).sessionId };
  };
  const refresh = (refreshToken: string): Promise<Reply> => auth.call('refresh-token', { refreshToken });
  const setUsed = (refreshToken: string, secondsAgo: number) =>
    auth.database.query('update refresh_tokens set used_at = now() - make_interval(secs => $2) where hash = $1', [hashRefreshToken(refreshToken), secondsAgo]);
  const revoked = { status: 401, body: { code: 'SESSION_REVOKED' } };

  describe('refresh-token', () => {
    it('gives the next pair of the same session, and keeps no token in clear', async () => {
      const { refreshToken, sessionId } = await signedIn();
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      expect(body).toMatchObject({ message: 'Token refreshed successfully', data: { expiresIn: 900 } });
      expect(body.data.refreshToken).not.toBe(refreshToken);
      expect(auth.context.tokens.verify(body.data.token)).toMatchObject({ sessionId, purpose: 'access' });
      expect((await auth.call('get-user-details', { token: body.data.token })).status).toBe(200);
      expect((await refresh(body.data.refreshToken)).status).toBe(200);
      const stored = await auth.database.query<{ hash: string }>('select hash from refresh_tokens where session_id = $1', [sessionId]);
      expect(stored).toHaveLength(3);
      expect(stored.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
    });

    it('gives another pair for a token that comes again within ten seconds, also at the same moment', async () => {
      const { refreshToken } = await signedIn();
      const replies = await Promise.all(Array.from({ length: 5 }, () => refresh(refreshToken)));
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect(new Set(replies.map(({ body }) => body.data.refreshToken)).size).toBe(5);
      await setUsed(refreshToken, 8);
      expect((await refresh(refreshToken)).status).toBe(200);
    });

    it('ends the session when a token comes again later, and announces it', async () => {
      const { token, refreshToken, sessionId } = await signedIn();
      const next = (await refresh(refreshToken)).body.data;
      await setUsed(refreshToken, 11);
      expect(await refresh(refreshToken)).toMatchObject(revoked);
      expect(await refresh(next.refreshToken)).toMatchObject(revoked);
      for (const access of [token, next.token]) expect(await auth.call('get-user-details', { token: access })).toMatchObject(revoked);
      expect(announced).toContain(sessionId);
    });

    it('a grace that is asked for again does not start anew', async () => {
      const { refreshToken } = await signedIn();
      await refresh(refreshToken);
      await setUsed(refreshToken, 9);
      await refresh(refreshToken);
      const [row] = await auth.database.query<{ age: number }>(
        'select extract(epoch from now() - used_at)::float8 as age from refresh_tokens where hash = $1', [hashRefreshToken(refreshToken)]);
      expect(row?.age).toBeGreaterThan(8.9);
    });

    it('knows no token that was never given out, and none whose thirty days are over', async () => {
      expect(await refresh('never-given-out')).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
      const { token, refreshToken, sessionId } = await signedIn();
      const [row] = await auth.database.query<{ days: number }>('select extract(day from expires_at - created_at)::int as days from sessions where id = $1', [sessionId]);
      expect(row?.days).toBeGreaterThanOrEqual(29);
      await auth.database.query('update sessions set expires_at = now() where id = $1', [sessionId]);
      expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { code: 'TOKEN_EXPIRED' } });
      expect(await auth.call('get-user-details', { token })).toMatchObject(revoked);
    });

    it('gives no access token that outlives the session', async () => {
      const { refreshToken, sessionId } = await signedIn();
      await auth.database.query("update sessions set expires_at = now() + interval '100 seconds' where id = $1", [sessionId]);
      expect((await refresh(refreshToken)).body.data.expiresIn).toBeLessThanOrEqual(100);
    });
  });

  it('logout ends the session at once, and announces it; a failing announcement is no failure', async () => {
    const { token, refreshToken, sessionId } = await signedIn();
    const reply = await auth.call('logout', { token });
    expect([reply.status, reply.body]).toEqual([200, { success: true, message: 'User logged out successfully' }]);
    expect(announced).toContain(sessionId);
    for (const name of ['logout', 'get-user-details', 'update-profile']) expect(await auth.call(name, { token })).toMatchObject(revoked);
    expect(await auth.call('update-password', { token, password: 'another one', currentPassword: password })).toMatchObject(revoked);
    expect(await refresh(refreshToken)).toMatchObject(revoked);

    auth.context.events.publish = () => Promise.reject(new Error('Redis is away'));
    expect((await auth.call('logout', { token: (await signedIn()).token })).status).toBe(200);
  });

  describe('revoked-since', () => {
    const since = (cursor: number) => {
      const handle = auth.service.internal['revoked-since'];
      if (handle === undefined) throw new Error('not served');
      return handle({ cursor });
    };

    it('names what ended, once more than needed rather than not at all', async () => {
      const ended = await signedIn();
      const running = await signedIn();
      const before = await since(0);
      await auth.call('logout', { token: ended.token });
      const after = await since(before.cursor);
      expect(after.sessionIds).toContain(ended.sessionId);
      expect(after.sessionIds).not.toContain(running.sessionId);
      expect(after.cursor).toBeGreaterThanOrEqual(before.cursor);
      expect((await since(0)).sessionIds).toContain(ended.sessionId);
      expect((await since(after.cursor)).sessionIds).toContain(ended.sessionId);
    });

    it('forgets what no token can name any more, and what lies before the cursor', async () => {
      const { token, sessionId } = await signedIn();
      await auth.call('logout', { token });
      await auth.database.query("update sessions set revoked_at = now() - interval '5 minutes' where id = $1", [sessionId]);
      const answer = await since(0);
      expect(answer.sessionIds).toContain(sessionId);
      expect((await since(answer.cursor)).sessionIds).not.toContain(sessionId);
      await auth.database.query("update sessions set revoked_at = now() - interval '17 minutes' where id = $1", [sessionId]);
      expect((await since(0)).sessionIds).not.toContain(sessionId);
    });
  });

  it('refuses no token, an expired one, a handle, and a session that never was', async () => {
    const { sessionId } = await signedIn();
    for (const name of ['get-user-details', 'update-profile', 'logout']) {
      expect(await auth.call(name)).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING' } });
      expect(await auth.call(name, { token: testToken(newId(), { sessionId, livesSeconds: -1 }) })).toMatchObject({ status: 401, body: { code: 'TOKEN_EXPIRED' } });
      expect(await auth.call(name, { token: testToken(newId(), { purpose: 'verify' }) })).toMatchObject({ status: 403, body: { code: 'WRONG_TOKEN_PURPOSE' } });
      expect(await auth.call(name, { token: testToken(newId(), { sessionId }) })).toMatchObject(revoked);
    }
  });

  it('the sweep deletes what is over and keeps what is still asked for', async () => {
    const [running, justEnded, ended, expired] = [await signedIn(), await signedIn(), await signedIn(), await signedIn()];
    await auth.database.query('update sessions set revoked_at = now() where id = $1', [justEnded.sessionId]);
    await auth.database.query("update sessions set revoked_at = now() - interval '26 hours' where id = $1", [ended.sessionId]);
    await auth.database.query("update sessions set expires_at = now() - interval '26 hours' where id = $1", [expired.sessionId]);
    await setUsed(running.refreshToken, 8 * 24 * 3600);
    await auth.database.query("update challenges set expires_at = now() - interval '3 hours'");
    const addMails = (status: string, age: string) => auth.database.query(
      `insert into mails (id, user_id, kind, address, status, created_at)
       select gen_random_uuid(), id, 'addressInUse', 'a@example.com', $1::mail_status, now() - $2::interval from users limit 3`, [status, age]);
    await auth.database.query('delete from mails');
    for (const status of ['waiting', 'sent', 'failed']) for (const age of ['29 days', '31 days']) await addMails(status, age);

    const database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
    // Fewer at once than there are of each.
    await deleteExpired(database, 1);
    await database.close();

    const left = (await auth.database.query<{ id: string }>('select id from sessions')).map(({ id }) => id);
    expect(left).toEqual(expect.arrayContaining([running.sessionId, justEnded.sessionId]));
    expect(left).not.toContain(ended.sessionId);
    expect(left).not.toContain(expired.sessionId);
    expect(await auth.database.query('select 1 from refresh_tokens where hash = $1', [hashRefreshToken(running.refreshToken)])).toEqual([]);
    expect(await auth.database.query('select 1 from challenges')).toEqual([]);
    expect(await auth.database.query(`select 1 from mails where created_at > now() - interval '30 days'`)).toHaveLength(9);
    expect(await auth.database.query(`select 1 from mails where created_at < now() - interval '30 days'`)).toEqual([]);
  });
});
