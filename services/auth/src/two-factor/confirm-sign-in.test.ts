import { otherThan, password, startAuthUnderTest, type AuthUnderTest } from '../auth.fixture';
import { appCode, callerFrom, forgetLastCode, handleFrom, sessionsOf, signedIn, withApp, withMail, wrongAppCode, type TwoFactorReply } from './two-factor.fixture';

const refusedWith = (status: number, code: string) => ({ status, body: { code } });
const text = expect.any(String) as string;

describe('signing in with two-factor', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());

  const kindsOfMails = async (email: string) => (await auth.mailsTo(email)).map(({ kind }) => kind);
  const succeeded = (replies: TwoFactorReply[]) => replies.filter(({ status }) => status === 200);
  const codesOf = (replies: TwoFactorReply[], code: string) => replies.filter(({ body }) => body.code === code);
  /** Sign-ins that wait at the same time: each from a network of its own, as a newer one replaces the one before it in its network. */
  const handlesFromManyNetworks = (email: string, count: number) => Promise.all(Array.from({ length: count }, async (_, index) => {
    const call = callerFrom(auth, `198.51.100.${index}`);
    return { call, token: await handleFrom(call, email) };
  }));

  it('by an app takes its code, and mails none', async () => {
    const { call, email, secret } = await withApp(auth);
    const mails = await kindsOfMails(email);
    const { data } = (await call('login', { email, password })).body;
    expect(data).toEqual({ id: text, email, isVerifyed: true, isTwoFactorEnabled: true, twoFactorMethod: 'totp', token: text });
    expect(await call('get-user-details', { token: data.token })).toMatchObject(refusedWith(403, 'WRONG_TOKEN_PURPOSE'));
    expect(await call('verify-user', { token: data.token })).toMatchObject(refusedWith(400, 'CODE_REQUIRED'));
    expect(await call('verify-user', { token: data.token, otp: wrongAppCode(secret) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
    const confirmed = await call('verify-user', { token: data.token, otp: appCode(secret) });
    expect([confirmed.status, confirmed.body.data]).toEqual([200, { message: 'verification updated', token: text, refreshToken: text, expiresIn: 900 }]);
    expect((await call('get-user-details', { token: confirmed.body.data.token })).status).toBe(200);
    expect(await kindsOfMails(email)).toEqual(mails);
  });

  it('by an app takes no code of a secret that is damaged, and a recovery code still', async () => {
    const { call, email, secret, recoveryCodes } = await withApp(auth);
    await auth.database.query('update totp_secrets set sealed = set_byte(sealed, 0, get_byte(sealed, 0) # 1) where user_id = (select id from users where email = $1)', [email]);
    const token = await handleFrom(call, email);
    expect(await call('verify-user', { token, otp: appCode(secret) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
    expect((await call('verify-user', { token, otp: recoveryCodes[0] })).status).toBe(200);
  });

  it('by an app refuses to mail a code', async () => {
    const { call, email } = await withApp(auth);
    expect(await call('resend-email', { token: await handleFrom(call, email) })).toMatchObject(refusedWith(409, 'CODE_NOT_MAILED'));
  });

  it('takes a code once, and none of an earlier step after it', async () => {
    const { call, email, secret } = await withApp(auth);
    const [before, now, after] = [appCode(secret, -1), appCode(secret), appCode(secret, 1)];
    expect((await call('verify-user', { token: await handleFrom(call, email), otp: now })).status).toBe(200);
    for (const otp of [now, before]) expect(await call('verify-user', { token: await handleFrom(call, email), otp })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
    expect((await call('verify-user', { token: await handleFrom(call, email), otp: after })).status).toBe(200);
  });

  it('the code that switched it on signs nobody in', async () => {
    const { call, email, token } = await signedIn(auth);
    const { secret } = (await call('begin-two-factor', { token, method: 'totp', currentPassword: password })).body.data;
    const otp = appCode(secret);
    expect((await call('confirm-two-factor', { token, otp })).status).toBe(200);
    expect(await call('verify-user', { token: await handleFrom(call, email), otp })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
  });

  it('takes a recovery code in place of the code, each once, however it is written, and tells the owner', async () => {
    const { call, email, token, recoveryCodes } = await withApp(auth);
    const [first, second = ''] = recoveryCodes;
    expect((await call('verify-user', { token: await handleFrom(call, email), otp: first })).status).toBe(200);
    expect((await kindsOfMails(email)).at(-1)).toBe('recoveryCodeUsed');
    expect(await call('verify-user', { token: await handleFrom(call, email), otp: first })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
    expect((await call('verify-user', { token: await handleFrom(call, email), otp: second.toUpperCase() })).status).toBe(200);
    expect((await call('get-two-factor', { token })).body.data.recoveryCodesLeft).toBe(8);
  });

  it('takes no recovery code of somebody else', async () => {
    const [one, other] = [await withApp(auth), await withApp(auth)];
    expect(await one.call('verify-user', { token: await handleFrom(one.call, one.email), otp: other.recoveryCodes[0] })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
  });

  describe('at the same moment', () => {
    it('of twenty right codes for one handle, one starts a session', async () => {
      for (const by of ['totp', 'mail', 'recovery code'] as const) {
        const user = by === 'mail' ? { ...await withMail(auth), secret: '', recoveryCodes: [] } : await withApp(auth);
        const token = await handleFrom(user.call, user.email);
        const otp = by === 'mail' ? await auth.mailedCode(user.email) : by === 'totp' ? appCode(user.secret) : user.recoveryCodes[0];
        const replies = await Promise.all(Array.from({ length: 20 }, () => user.call('verify-user', { token, otp })));
        expect([by, succeeded(replies).length, codesOf(replies, 'CHALLENGE_EXPIRED').length]).toEqual([by, 1, 19]);
        expect(await sessionsOf(auth, user.email)).toHaveLength(2);
      }
    });

    it('one code for twenty sign-ins confirms one of them', async () => {
      const user = await withApp(auth);
      for (const [otp, sessions] of [[appCode(user.secret), 2], [user.recoveryCodes[0], 3]] as const) {
        const waiting = await handlesFromManyNetworks(user.email, 20);
        const replies = await Promise.all(waiting.map(({ call, token }) => call('verify-user', { token, otp })));
        expect([succeeded(replies).length, codesOf(replies, 'WRONG_CODE').length]).toEqual([1, 19]);
        expect(await sessionsOf(auth, user.email)).toHaveLength(sessions);
      }
    });

    it.each(['totp', 'mail'])('of thirty wrong codes five are looked at, and the right one no more (%s)', async (by) => {
      const user = by === 'mail' ? { ...await withMail(auth), secret: '' } : await withApp(auth);
      const token = await handleFrom(user.call, user.email);
      const right = by === 'mail' ? await auth.mailedCode(user.email) : appCode(user.secret);
      const wrong = by === 'mail' ? otherThan(right) : wrongAppCode(user.secret);
      const replies = await Promise.all(Array.from({ length: 30 }, () => user.call('verify-user', { token, otp: wrong })));
      expect([codesOf(replies, 'WRONG_CODE').length, codesOf(replies, 'CHALLENGE_EXPIRED').length]).toEqual([5, 25]);
      expect(await user.call('verify-user', { token, otp: right })).toMatchObject(refusedWith(401, 'CHALLENGE_EXPIRED'));
      expect((await user.call('verify-user', { token: await handleFrom(user.call, user.email), otp: by === 'mail' ? await auth.mailedCode(user.email) : right })).status).toBe(200);
    });
  });

  describe('after a reset of the password', () => {
    const newPassword = 'brand new one, long enough';

    it('still asks for the code: a reset neither switches it off nor signs in', async () => {
      const { call, email, secret, recoveryCodes } = await withApp(auth);
      const waiting = await handleFrom(call, email);
      await call('forgot-password', { email });
      const reset = await call('update-password', { token: await auth.mailedToken(email), password: newPassword });
      expect([reset.status, reset.body.data]).toEqual([200, { message: 'password updated' }]);
      expect(await sessionsOf(auth, email)).toEqual([]);
      expect(await call('verify-user', { token: waiting, otp: appCode(secret) })).toMatchObject(refusedWith(401, 'CHALLENGE_EXPIRED'));
      const { data } = (await call('login', { email, password: newPassword })).body;
      expect([data.refreshToken, data.twoFactorMethod]).toEqual([undefined, 'totp']);
      expect(await call('get-user-details', { token: data.token })).toMatchObject(refusedWith(403, 'WRONG_TOKEN_PURPOSE'));
      expect((await call('verify-user', { token: data.token, otp: recoveryCodes[0] })).status).toBe(200);
    });

    it('and before it no mailed code, link or handle of another purpose stands for the code', async () => {
      const { call, email } = await withApp(auth);
      const token = await handleFrom(call, email);
      const resetHandle = (await call('forgot-password', { email })).body.data.token;
      const [resetCode, resetLink] = [await auth.mailedCode(email), await auth.mailedToken(email)];
      expect(await call('verify-user', { token, otp: resetCode })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      for (const other of [resetHandle, resetLink]) expect(await call('verify-user', { token: other, otp: resetCode })).toMatchObject(refusedWith(403, 'WRONG_TOKEN_PURPOSE'));
      const verifyHandle = (await call('register', { email, password })).body.data.token;
      expect((await call('verify-user', { token: verifyHandle, otp: resetCode })).status).toBe(401);
      for (const name of ['get-user-details', 'disable-two-factor', 'begin-two-factor']) {
        for (const handle of [token, resetHandle, resetLink, verifyHandle]) expect(await call(name, { token: handle })).toMatchObject(refusedWith(403, 'WRONG_TOKEN_PURPOSE'));
      }
      expect(await call('update-password', { token, password: newPassword, otp: resetCode })).toMatchObject(refusedWith(403, 'WRONG_TOKEN_PURPOSE'));
    });
  });

  it('ends when two-factor is switched to another method in between', async () => {
    const user = await withMail(auth);
    const token = await handleFrom(user.call, user.email);
    const mailed = await auth.mailedCode(user.email);
    await user.call('send-two-factor-code', { token: user.token });
    await user.call('disable-two-factor', { token: user.token, otp: await auth.mailedCode(user.email) });
    const { secret } = (await user.call('begin-two-factor', { token: user.token, method: 'totp', currentPassword: password })).body.data;
    await user.call('confirm-two-factor', { token: user.token, otp: appCode(secret) });
    await forgetLastCode(auth, user.email);
    for (const otp of [mailed, appCode(secret)]) expect(await user.call('verify-user', { token, otp })).toMatchObject(refusedWith(401, 'CHALLENGE_EXPIRED'));
  });
});
