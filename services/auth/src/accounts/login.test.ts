import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import { newEmail, password, startAuthUnderTest, verifiedUser, type AuthUnderTest, type Reply } from '../auth.fixture';
import { openAuthDatabase } from '../db';
import { holdAccount } from './hold-account';

describe('login', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());

  /** Resolves when a login has checked the password and waits for the account. */
  const loginWaits = async (): Promise<void> => {
    while ((await auth.database.query('select 1 from pg_locks where not granted')).length === 0) await turnOfTheEventLoop();
  };
  const changedPassword = async () => {
    const other = await verifiedUser(auth);
    const [row] = await auth.database.query<{ passwordHash: string; pepperId: string }>(
      'select password_hash as "passwordHash", pepper_id as "pepperId" from users where email = $1', [other]);
    const hash = row?.passwordHash ?? '';
    // Not the last character: only sixteen stand there, so one hash in sixteen would stay as it is.
    return { passwordHash: `${hash.slice(0, -5)}${hash.at(-5) === 'a' ? 'b' : 'a'}${hash.slice(-4)}`, pepperId: row?.pepperId ?? '' };
  };

  it('starts a session', async () => {
    const email = await verifiedUser(auth);
    const { status, body } = await auth.call('login', { email, password });
    expect(status).toBe(200);
    expect(body.data).toEqual({
      id: expect.any(String) as string, email, isVerifyed: true, isTwoFactorEnabled: false,
      token: expect.any(String) as string, refreshToken: expect.stringMatching(/^[\w-]{43}$/) as string, expiresIn: 900,
    });
    const details = await auth.call('get-user-details', { token: body.data.token });
    expect(details.body.data).toMatchObject({ id: body.data.id, email });
  });

  it('answers a wrong password and an unknown address alike', async () => {
    const [known, unknown] = [await auth.call('login', { email: await verifiedUser(auth), password: 'wrong' }), await auth.call('login', { email: newEmail(), password: 'wrong' })];
    const { requestId: _known, ...knownBody } = known.body as typeof known.body & { requestId: string };
    const { requestId: _unknown, ...unknownBody } = unknown.body as typeof unknown.body & { requestId: string };
    expect([known.status, knownBody]).toEqual([401, unknownBody]);
    expect(knownBody).toMatchObject({ code: 'WRONG_CREDENTIALS' });
  });

  it('refuses before verification, with a fresh mail at most once a minute', async () => {
    const email = newEmail();
    const handle = (await auth.call('register', { email, password })).body.data.token;
    const refused = { status: 403, body: { code: 'EMAIL_NOT_VERIFIED' } };
    expect(await auth.call('login', { email, password })).toMatchObject(refused);
    expect(await auth.mailsTo(email)).toHaveLength(1);
    await auth.database.query("update mails set created_at = created_at - interval '61 seconds' where address = $1", [email]);
    expect(await auth.call('login', { email, password })).toMatchObject(refused);
    expect(await auth.call('login', { email, password })).toMatchObject(refused);
    expect(await auth.mailsTo(email)).toMatchObject([{ challenge_turn: 1 }, { challenge_turn: 2 }]);
    expect((await auth.call('login', { email, password: 'wrong' })).body.code).toBe('WRONG_CREDENTIALS');
    expect((await auth.call('verify-user', { token: handle, otp: await auth.mailedCode(email) })).status).toBe(200);
  });

  it('with two-factor on gives a handle, which the code turns into a session, once', async () => {
    const email = await verifiedUser(auth, { twoFactor: true });
    const { data } = (await auth.call('login', { email, password })).body;
    expect(Object.keys(data).sort()).toEqual(['email', 'id', 'isTwoFactorEnabled', 'isVerifyed', 'token', 'twoFactorMethod']);
    expect((await auth.call('get-user-details', { token: data.token })).status).toBe(403);
    expect((await auth.call('verify-user', { token: data.token })).body.code).toBe('CODE_REQUIRED');
    const code = await auth.mailedCode(email);
    const replies = await Promise.all(Array.from({ length: 8 }, () => auth.call('verify-user', { token: data.token, otp: code })));
    const confirmed = replies.filter(({ status }) => status === 200);
    expect(confirmed).toHaveLength(1);
    expect(confirmed[0]?.body.data).toEqual({
      message: 'verification updated', token: expect.any(String) as string, refreshToken: expect.any(String) as string, expiresIn: 900,
    });
    expect((await auth.call('get-user-details', { token: confirmed[0]?.body.data.token })).status).toBe(200);
    expect(await auth.database.query('select 1 from sessions s join users u on u.id = s.user_id where u.email = $1', [email])).toHaveLength(1);
  });

  it('starts no session on a password that was changed while it was checked', async () => {
    const email = await verifiedUser(auth);
    const database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
    let login: Promise<Reply> | undefined;
    await database.transaction(async (tables) => {
      const { id } = await tables.user.findUniqueOrThrow({ where: { email } });
      await holdAccount(tables, id);
      login = auth.call('login', { email, password });
      await loginWaits();
      await tables.user.update({ where: { id }, data: await changedPassword() });
    });
    expect(await login).toMatchObject({ status: 401, body: { code: 'WRONG_CREDENTIALS' } });
    expect(await auth.database.query('select 1 from sessions s join users u on u.id = s.user_id where u.email = $1', [email])).toEqual([]);
    await database.close();
  });
});
