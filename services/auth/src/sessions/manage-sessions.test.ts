import { limits, sessions, type UserEvent } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import { storedLog } from '@chat-backend/testing';
import pg from 'pg';
import { password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';
import { openAuthDatabase } from '../db';
import { deleteExpired } from '../delete-expired';
import { deviceOf } from './device';

type Listed = ReturnType<typeof sessions.getSessions.data.parse>;

describe('managing sessions', () => {
  let auth: AuthUnderTest;
  const announced: string[] = [];
  beforeAll(async () => {
    auth = await startAuthUnderTest();
    auth.context.events.on('session.revoked', ({ sessionIds }) => { announced.push(...sessionIds); });
  });
  afterAll(() => auth.stop());

  interface SignedIn { email: string; userId: string; token: string; refreshToken: string; sessionId: string }
  const signIn = async (email: string, device?: string): Promise<SignedIn> => {
    const { id: userId, token, refreshToken } = (await auth.call('login', { email, password }, device === undefined ? {} : { 'user-agent': device })).body.data;
    return { email, userId, token, refreshToken, sessionId: auth.context.tokens.verify(token).sessionId };
  };
  const newUser = async (): Promise<SignedIn> => signIn(await verifiedUser(auth));
  const listOf = async ({ token }: SignedIn): Promise<Listed> => sessions.getSessions.data.parse((await auth.call('get-sessions', { token })).body.data);
  const idsOf = (listed: Listed): string[] => listed.map(({ id }) => id);
  const isOver = async ({ token, refreshToken }: SignedIn): Promise<boolean> => {
    const codes = [await auth.call('get-user-details', { token }), await auth.call('refresh-token', { refreshToken })].map(({ body: { code } }) => code);
    expect(codes[0]).toBe(codes[1]);
    return codes[0] === 'SESSION_REVOKED';
  };
  const notFound = { status: 404, body: { success: false, code: 'SESSION_NOT_FOUND', message: 'Session not found' } };

  describe('get-sessions', () => {
    it('lists mine that go on: the one that asks first, then those used last', async () => {
      const first = await newUser();
      const second = await signIn(first.email, 'Firefox on Linux');
      const [ended, expired, stranger] = [await signIn(first.email), await signIn(first.email), await newUser()];
      await auth.call('logout', { token: ended.token });
      await auth.database.query('update sessions set expires_at = now() where id = $1', [expired.sessionId]);
      await auth.database.query("update refresh_tokens set created_at = created_at - interval '1 hour' where session_id = $1", [first.sessionId]);
      const listed = await listOf(first);
      expect(listed.map(({ id, isCurrent, device }) => [id, isCurrent, device])).toEqual([[first.sessionId, true, null], [second.sessionId, false, 'Firefox on Linux']]);
      expect(idsOf(await listOf(second))).toEqual([second.sessionId, first.sessionId]);
      expect(idsOf(await listOf(stranger))).toEqual([stranger.sessionId]);
      const [mine] = listed;
      expect(Date.parse(mine?.expiresAt ?? '') - Date.parse(mine?.startedAt ?? '')).toBe(30 * 24 * 3600 * 1000);
    });

    it('says when a session was last used: when its tokens were last renewed', async () => {
      const me = await newUser();
      await auth.database.query("update sessions set created_at = created_at - interval '2 days' where id = $1", [me.sessionId]);
      await auth.database.query("update refresh_tokens set created_at = created_at - interval '2 days' where session_id = $1", [me.sessionId]);
      const ageInDays = async (): Promise<number[]> => (await listOf(me)).map(({ lastUsedAt }) => Math.round((Date.now() - Date.parse(lastUsedAt)) / 86_400_000));
      expect(await ageInDays()).toEqual([2]);
      await auth.call('refresh-token', { refreshToken: me.refreshToken });
      expect(await ageInDays()).toEqual([0]);
    });

    it('keeps of how a client names itself no more than a line', async () => {
      const me = await newUser();
      const other = await signIn(me.email, `a\tb${'x'.repeat(1_000)}`);
      expect((await listOf(other))[0]?.device).toBe(`ab${'x'.repeat(limits.deviceLength - 2)}`);
      expect([' \u0085 ', 'a\u009b31mb', undefined].map(deviceOf)).toEqual([null, 'a31mb', null]);
    });

    it('is bounded, and names the one that asks in any case', async () => {
      const me = await newUser();
      await auth.database.query(
        `insert into sessions (id, user_id, created_at, expires_at) select gen_random_uuid(), $1, now() + interval '1 minute', now() + interval '1 day' from generate_series(1, 120)`, [me.userId]);
      const listed = await listOf(me);
      expect([listed.length, listed[0]?.id]).toEqual([limits.pageSize, me.sessionId]);
    });
  });

  describe('revoke-session', () => {
    it('ends one of mine, and announces it', async () => {
      const me = await newUser();
      const [other, third] = [await signIn(me.email), await signIn(me.email)];
      const reply = await auth.call('revoke-session', { token: me.token, sessionId: other.sessionId });
      expect([reply.status, reply.body]).toEqual([200, { success: true, message: 'Session revoked successfully' }]);
      expect(announced).toContain(other.sessionId);
      expect([await isOver(other), await isOver(me), await isOver(third)]).toEqual([true, false, false]);
      expect(await auth.call('revoke-session', { token: me.token, sessionId: other.sessionId })).toMatchObject(notFound);
    });

    it('ends the one that asks, too', async () => {
      const me = await newUser();
      expect((await auth.call('revoke-session', { token: me.token, sessionId: me.sessionId })).status).toBe(200);
      expect(await isOver(me)).toBe(true);
    });

    it('finds none of somebody else\'s, none that never was, and none that expired', async () => {
      const [me, stranger] = [await newUser(), await newUser()];
      const expired = await signIn(me.email);
      await auth.database.query('update sessions set expires_at = now() where id = $1', [expired.sessionId]);
      for (const sessionId of [stranger.sessionId, newId(), expired.sessionId]) {
        expect(await auth.call('revoke-session', { token: me.token, sessionId })).toMatchObject(notFound);
      }
      expect(await isOver(stranger)).toBe(false);
    });
  });

  describe('logout-everywhere', () => {
    it('ends all of mine and nobody else\'s, or all but the one that asks', async () => {
      const [me, stranger] = [await newUser(), await newUser()];
      const [second, third] = [await signIn(me.email), await signIn(me.email)];
      const others = await auth.call('logout-everywhere', { token: me.token, exceptThis: true });
      expect(others.body).toMatchObject({ success: true, message: 'User logged out everywhere successfully', data: { ended: 2 } });
      expect([await isOver(me), await isOver(second), await isOver(third)]).toEqual([false, true, true]);
      expect((await auth.call('logout-everywhere', { token: me.token })).body).toMatchObject({ data: { ended: 1 } });
      expect([await isOver(me), await isOver(stranger)]).toEqual([true, false]);
      expect(announced).toEqual(expect.arrayContaining([me, second, third].map(({ sessionId }) => sessionId)));
    });

    it('waits for a sign-in under way, and ends its session as well', async () => {
      const me = await newUser();
      const signingIn = new pg.Client({ connectionString: auth.database.administratorUrl });
      await signingIn.connect();
      await signingIn.query('begin');
      await signingIn.query('select from users where id = $1 for no key update', [me.userId]);
      await signingIn.query("insert into sessions (id, user_id, expires_at) values (gen_random_uuid(), $1, now() + interval '1 day')", [me.userId]);
      let isAnswered = false;
      const loggingOut = auth.call('logout-everywhere', { token: me.token }).finally(() => { isAnswered = true; });
      const isWaiting = async (): Promise<boolean> => (await auth.database.query("select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length > 0;
      while (!isAnswered && !await isWaiting()) await new Promise((resolve) => { setTimeout(resolve, 5); });
      await signingIn.query('commit');
      await signingIn.end();
      expect((await loggingOut).body).toMatchObject({ data: { ended: 2 } });
      expect(await auth.database.query('select 1 from sessions where user_id = $1 and revoked_at is null', [me.userId])).toEqual([]);
    });
  });

  describe('a sign-in beyond the bound', () => {
    const othersOf = ({ userId }: SignedIn, count: number): Promise<unknown> => auth.database.query(
      "insert into sessions (id, user_id, created_at, expires_at) select gen_random_uuid(), $1, now() - make_interval(mins => n), now() + interval '1 day' from generate_series(1, $2::int) n", [userId, count]);
    const goingOn = async ({ userId }: SignedIn): Promise<number> => (await auth.database.query('select 1 from sessions where user_id = $1 and revoked_at is null', [userId])).length;

    it('ends the oldest session as if it were revoked, so that all of them can always be ended', async () => {
      const oldest = await newUser();
      await auth.database.query("update sessions set created_at = now() - interval '1 day' where id = $1", [oldest.sessionId]);
      await othersOf(oldest, limits.sessionsOfUser - 2);
      const last = await signIn(oldest.email);
      expect([await goingOn(oldest), await isOver(oldest)]).toEqual([limits.sessionsOfUser, false]);
      let over = last;
      const added = await auth.addedBy(async () => { over = await signIn(oldest.email); });
      expect(added.map(({ event }) => event)).toMatchObject([
        { kind: 'session', sessionId: oldest.sessionId, state: 'ended' }, { kind: 'session', sessionId: over.sessionId, state: 'active' },
      ]);
      expect([await isOver(oldest), await isOver(last), await isOver(over)]).toEqual([true, false, false]);
      expect(announced).toContain(oldest.sessionId);
      expect(await auth.database.query("select call from audit_log where action = 'session.ended' and object_id = $1 and user_id = $2", [oldest.sessionId, oldest.userId])).toEqual([{ call: 'login' }]);
      expect((await auth.call('logout-everywhere', { token: over.token })).body).toMatchObject({ data: { ended: limits.sessionsOfUser } });
    });

    it('comes down to it by so many at once where there were more', async () => {
      const me = await newUser();
      await othersOf(me, limits.sessionsOfUser + 150);
      const counts = [];
      for (let signIns = 0; signIns < 3; signIns++) {
        await signIn(me.email);
        counts.push(await goingOn(me));
      }
      expect(counts).toEqual([limits.sessionsOfUser + 52, limits.sessionsOfUser, limits.sessionsOfUser]);
      expect(await isOver(me)).toBe(false);
    });
  });

  it('an announcement that Redis does not take holds no reply up', async () => {
    const me = await newUser();
    const { publish } = auth.context.events;
    auth.context.events.publish = () => new Promise(() => undefined);
    const others = [await signIn(me.email), await signIn(me.email)];
    expect((await auth.call('revoke-session', { token: me.token, sessionId: others[0]?.sessionId })).status).toBe(200);
    expect((await auth.call('logout-everywhere', { token: me.token, exceptThis: true })).status).toBe(200);
    expect((await auth.call('logout', { token: me.token })).status).toBe(200);
    auth.context.events.publish = publish;
  });

  describe('the log of the user', () => {
    const told = async (act: () => Promise<unknown>): Promise<UserEvent[]> => (await auth.addedBy(act)).map(({ event }) => event);

    it('tells of each session that begins and of each that is ended', async () => {
      const me = await newUser();
      let other = me;
      const [began, ...more] = await told(async () => { other = await signIn(me.email, 'a phone'); });
      const session = { kind: 'session', sessionId: other.sessionId, device: 'a phone', startedAt: expect.any(String) as string, expiresAt: expect.any(String) as string };
      expect([began, more]).toMatchObject([{ ...session, state: 'active' }, []]);
      expect(await told(() => auth.call('revoke-session', { token: me.token, sessionId: other.sessionId }))).toMatchObject([{ ...session, state: 'ended' }]);
      expect(await told(() => auth.call('logout', { token: me.token }))).toMatchObject([{ kind: 'session', sessionId: me.sessionId, state: 'ended' }]);
      expect((await storedLog(auth.database, me.userId)).map((event) => (event.kind === 'session' ? [event.sessionId, event.state] : event.kind))).toEqual([[other.sessionId, 'ended'], [me.sessionId, 'ended']]);
    });

    it('tells of a refresh token that came twice, as it ends the session', async () => {
      const me = await newUser();
      await auth.call('refresh-token', { refreshToken: me.refreshToken });
      await auth.database.query("update refresh_tokens set used_at = used_at - interval '1 minute' where session_id = $1 and used_at is not null", [me.sessionId]);
      expect(await told(() => auth.call('refresh-token', { refreshToken: me.refreshToken }))).toMatchObject([{ kind: 'session', sessionId: me.sessionId, state: 'ended' }]);
    });

    it('tells of a session that begins with a second factor', async () => {
      const email = await verifiedUser(auth, { twoFactor: true });
      const { token } = (await auth.call('login', { email, password })).body.data;
      const otp = await auth.mailedCode(email);
      expect(await told(() => auth.call('verify-user', { token, otp }, { 'user-agent': 'a phone' }))).toMatchObject([{ kind: 'session', state: 'active', device: 'a phone' }]);
    });

    it('tells of a changed password, by whom, and of the sessions that it ended', async () => {
      const me = await newUser();
      const other = await signIn(me.email);
      const change = { token: me.token, password: 'another one', currentPassword: password };
      expect(await told(() => auth.call('update-password', change))).toMatchObject([
        { kind: 'session', sessionId: other.sessionId, state: 'ended' }, { kind: 'password', changedBySessionId: me.sessionId },
      ]);
      await auth.call('forgot-password', { email: me.email });
      const token = await auth.mailedToken(me.email);
      expect(await told(() => auth.call('update-password', { token, password: 'a third one' }))).toMatchObject([
        { kind: 'session', sessionId: me.sessionId, state: 'ended' }, { kind: 'password', changedBySessionId: null },
      ]);
    });

    it('forgets a session when its time is over, and not before, also when its row is gone', async () => {
      const me = await newUser();
      const [running, over] = [await signIn(me.email), await signIn(me.email)];
      for (const { token } of [running, over]) await auth.call('logout', { token });
      await auth.database.query("update sessions set revoked_at = now() - interval '26 hours' where user_id = $1 and revoked_at is not null", [me.userId]);
      await auth.database.query(
        "update user_log_entries set payload = payload || jsonb_build_object('expiresAt', to_char((now() - interval '25 hours') at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')) where subject = $1",
        [`session:${over.sessionId}`]);
      const database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
      await deleteExpired(database);
      await expect(database.tables.$executeRaw`delete from user_log_entries`).rejects.toThrow('permission denied');
      await database.close();
      expect(await auth.database.query<{ id: string }>('select id from sessions where user_id = $1', [me.userId])).toEqual([{ id: me.sessionId }]);
      expect((await storedLog(auth.database, me.userId)).map((event) => event.kind === 'session' && event.sessionId)).toEqual([me.sessionId, running.sessionId]);
    });
  });
});
