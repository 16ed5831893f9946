import pg from 'pg';
import { startAuthUnderTest, newEmail, otherThan, password, verifiedUser, type AuthUnderTest, type Reply } from '../auth.fixture';
import { deleteExpired } from '../delete-expired';
import { openAuthDatabase } from '../db';
import { hashRefreshToken } from '../sessions/issue-refresh-token';
import { appCode, withApp, wrongAppCode } from '../two-factor/two-factor.fixture';

const revoked = { status: 401, body: { code: 'SESSION_REVOKED' } };
const wrong = { status: 401, body: { code: 'WRONG_CREDENTIALS' } };
const done: Partial<Reply> = { status: 200, body: { success: true, message: 'Account deleted successfully' } as Reply['body'] };
const personal = ['users', 'sessions', 'refresh_tokens', 'challenges', 'mails', 'totp_secrets', 'recovery_codes', 'two_factor_networks'];

describe('delete-account', () => {
  let auth: AuthUnderTest;
  const ended: string[] = [];
  const deleted: string[] = [];
  beforeAll(async () => {
    auth = await startAuthUnderTest();
    auth.context.events.on('session.revoked', ({ sessionIds }) => { ended.push(...sessionIds); });
    auth.context.events.on('account.deleted', ({ userId }) => { deleted.push(userId); });
  });
  beforeEach(async () => {
    await auth.database.query('delete from users');
    ended.length = 0;
    deleted.length = 0;
  });
  afterAll(() => auth.stop());

  const signIn = async (email: string) => {
    const { body: { data: { id, token, refreshToken } } } = await auth.call('login', { email, password });
    return { id, token, refreshToken, sessionId: auth.context.tokens.verify(token).sessionId };
  };
  const rows = async (): Promise<Record<string, number>> => Object.fromEntries(await Promise.all(personal.map(async (table) =>
    [table, (await auth.database.query(`select 1 from ${table}`)).length] as const)));
  const nothing = Object.fromEntries(personal.map((table) => [table, 0]));
  const deletionOf = async (userId: string) => (await auth.database.query<{ session_ids: string[] }>('select * from account_deletions where user_id = $1', [userId]))[0];

  it('ends every session at once, leaves nothing in the tables, and frees the address', async () => {
    const email = await verifiedUser(auth);
    const [one, other] = [await signIn(email), await signIn(email)];
    await auth.call('update-profile', { token: one.token, userName: 'a name' });
    await auth.call('forgot-password', { email });
    expect((await rows())['mails']).toBe(2);
    expect(await auth.call('delete-account', { token: one.token, password })).toMatchObject(done);
    expect(await rows()).toEqual(nothing);
    for (const { token, refreshToken } of [one, other]) {
      expect(await auth.call('get-user-details', { token })).toMatchObject(revoked);
      expect(await auth.call('refresh-token', { refreshToken })).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
    }
    expect(await auth.call('login', { email, password })).toMatchObject(wrong);
    expect([ended.toSorted(), deleted]).toEqual([[one.sessionId, other.sessionId].sort(), [one.id]]);

    await auth.call('register', { email, password: 'another password' });
    await auth.call('verify-user', { token: await auth.mailedToken(email) });
    const { body: { data } } = await auth.call('login', { email, password: 'another password' });
    expect(data.id).not.toBe(one.id);
    expect(await auth.call('get-user-details', { token: data.token })).toMatchObject({ status: 200, body: { data: { userName: null } } });
    expect(await auth.call('get-user-details', { token: one.token })).toMatchObject(revoked);
  });

  it('leaves the other services what they need for their part', async () => {
    const { id, token, sessionId } = await signIn(await verifiedUser(auth));
    await auth.call('delete-account', { token, password, messages: 'erase' });
    expect(await deletionOf(id)).toEqual({
      user_id: id, erases_messages: true, session_ids: [sessionId], parts_left: ['social-graph', 'group', 'messaging'], requested_at: expect.any(Date) as Date, completed_at: null,
    });
    const kept = await signIn(await verifiedUser(auth));
    await auth.call('delete-account', { token: kept.token, password });
    expect(await deletionOf(kept.id)).toMatchObject({ erases_messages: false });
  });

  it('is told to whoever asks which sessions ended, as long as their tokens may live', async () => {
    const { id, token, sessionId } = await signIn(await verifiedUser(auth));
    const asked = async () => auth.service.internal['revoked-since']?.({ cursor: 0 });
    const askRevoked = async () => (await asked())?.sessionIds;
    expect(await askRevoked()).not.toContain(sessionId);
    await auth.call('delete-account', { token, password });
    expect(await askRevoked()).toContain(sessionId);
    expect((await asked())?.ofDeletedAccounts).toContain(sessionId);
    const database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
    await deleteExpired(database);
    expect((await deletionOf(id))?.session_ids).toEqual([sessionId]);
    await auth.database.query(`update account_deletions set requested_at = requested_at - interval '26 hours' where user_id = $1`, [id]);
    await deleteExpired(database);
    expect((await deletionOf(id))?.session_ids).toEqual([]);
    await database.close();
  });

  it('needs the password, and a session that goes on', async () => {
    const email = await verifiedUser(auth);
    const { token } = await signIn(email);
    expect(await auth.call('delete-account', { token, password: 'not the password' })).toMatchObject(wrong);
    expect(await auth.call('delete-account', { token })).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    await auth.call('logout', { token });
    expect(await auth.call('delete-account', { token, password })).toMatchObject(revoked);
    expect(await signIn(email)).toMatchObject({ id: expect.any(String) as string });
    expect(deleted).toEqual([]);
  });

  it('happens once, and nobody signs in beside it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const email = await verifiedUser(auth);
      const { token } = await signIn(email);
      const deletions = Array.from({ length: 4 }, () => auth.call('delete-account', { token, password }));
      const signIns = Array.from({ length: 4 }, () => auth.call('login', { email, password }));
      const statuses = (await Promise.all(deletions)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([200, 401, 401, 401]);
      const tokens = (await Promise.all(signIns)).flatMap(({ status, body }) => (status === 200 ? [body.data.token] : []));
      for (const access of tokens) expect(await auth.call('get-user-details', { token: access })).toMatchObject(revoked);
      expect(await rows()).toEqual(nothing);
    }
  });

  it('waits for a session that is renewed at that moment, and neither waits for ever', async () => {
    const { token, refreshToken, sessionId } = await signIn(await verifiedUser(auth));
    const renewing = new pg.Client({ connectionString: auth.database.administratorUrl });
    await renewing.connect();
    await renewing.query('begin');
    await renewing.query('select from refresh_tokens where hash = $1 for no key update', [hashRefreshToken(refreshToken)]);
    const deletion = auth.call('delete-account', { token, password });
    const isWaiting = async () => (await auth.database.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0;
    while (!await isWaiting()) await new Promise(setImmediate);
    await renewing.query(`insert into refresh_tokens (hash, session_id) values ('next', $1)`, [sessionId]);
    await renewing.query('commit');
    await renewing.end();
    expect(await deletion).toMatchObject(done);
    expect(await rows()).toEqual(nothing);
  });

  describe('with two-factor on', () => {
    const twoFactorUser = async () => {
      const email = await verifiedUser(auth, { twoFactor: true });
      const { body: { data: { token: handle } } } = await auth.call('login', { email, password });
      const { body: { data: { token } } } = await auth.call('verify-user', { token: handle, otp: await auth.mailedCode(email) });
      return { email, token };
    };

    it('mails a code, and takes it together with the password', async () => {
      const { email, token } = await twoFactorUser();
      const before = (await auth.mailsTo(email)).length;
      expect(await auth.call('delete-account', { token, password })).toMatchObject({ status: 400, body: { code: 'CODE_REQUIRED' } });
      expect((await auth.mailsTo(email)).slice(before)).toMatchObject([{ kind: 'twoFactorCode' }]);
      const otp = await auth.mailedCode(email);
      expect(await auth.call('delete-account', { token, password: 'not the password', otp })).toMatchObject(wrong);
      expect(await auth.call('delete-account', { token, password, otp: otherThan(otp) })).toMatchObject({ status: 401, body: { code: 'WRONG_CODE' } });
      expect(await auth.call('delete-account', { token, password, otp })).toMatchObject(done);
      expect(await rows()).toEqual(nothing);
    });

    it('mails nothing to who does not know the password', async () => {
      const { email, token } = await twoFactorUser();
      const before = (await auth.mailsTo(email)).length;
      expect(await auth.call('delete-account', { token, password: 'not the password' })).toMatchObject(wrong);
      expect(await auth.mailsTo(email)).toHaveLength(before);
    });

    it('takes no code that was used or was tried too often', async () => {
      const { email, token } = await twoFactorUser();
      const used = await auth.mailedCode(email);
      expect(await auth.call('delete-account', { token, password, otp: used })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
      await auth.call('delete-account', { token, password });
      const otp = await auth.mailedCode(email);
      for (let tries = 0; tries < 5; tries += 1) await auth.call('delete-account', { token, password, otp: otherThan(otp) });
      expect(await auth.call('delete-account', { token, password, otp })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
      expect((await rows())['users']).toBe(1);
    });
  });

  describe('with an authenticator app', () => {
    it('asks for its code, mails none, takes no wrong one, and leaves nothing of it', async () => {
      const { email, token, secret } = await withApp(auth);
      const before = (await auth.mailsTo(email)).length;
      expect(await auth.call('delete-account', { token, password })).toMatchObject({ status: 400, body: { code: 'CODE_REQUIRED' } });
      expect(await auth.mailsTo(email)).toHaveLength(before);
      expect(await auth.call('delete-account', { token, password, otp: wrongAppCode(secret) })).toMatchObject({ status: 401, body: { code: 'WRONG_CODE' } });
      expect(await auth.call('delete-account', { token, password: 'not the password', otp: appCode(secret) })).toMatchObject(wrong);
      expect(Object.values(await rows())).not.toContain(0);
      expect(await auth.call('delete-account', { token, password, otp: appCode(secret) })).toMatchObject(done);
      expect(await rows()).toEqual(nothing);
    });

    it('takes a recovery code in its place', async () => {
      const { token, recoveryCodes: [recoveryCode] } = await withApp(auth);
      expect(await auth.call('delete-account', { token, password, otp: recoveryCode })).toMatchObject(done);
      expect(await rows()).toEqual(nothing);
    });
  });

  it('works in contract mode, with the password', async () => {
    const contract = await startAuthUnderTest({ EXPOSE_OTP: 'true' });
    const email = newEmail();
    const { body: { data: { token } } } = await contract.call('register', { email, password });
    expect(await contract.call('delete-account', { token, password: 'not the password' })).toMatchObject(wrong);
    expect(await contract.call('delete-account', { token, password })).toMatchObject(done);
    expect(await contract.call('get-user-details', { token })).toMatchObject(revoked);
    await contract.stop();
  });
});
