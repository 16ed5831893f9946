import { Secret } from 'otpauth';
import { newEmail, password, startAuthUnderTest, type AuthUnderTest } from '../auth.fixture';
import { appCode, callerFrom, forgetLastCode, handleFrom, sessionsOf, signedIn, withApp, withMail, wrongAppCode, type SignedIn } from './two-factor.fixture';

const text = expect.any(String) as string;
const recoveryCode = expect.stringMatching(/^([a-z2-7]{6}-){3}[a-z2-7]{6}$/) as string;
const refusedWith = (status: number, code: string) => ({ status, body: { code } });

describe('switching two-factor', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest({ PUBLIC_URL: 'https://chat.example' }); });
  afterAll(() => auth.stop());

  const stateOf = async ({ call, token }: SignedIn) => (await call('get-two-factor', { token })).body.data;
  const kindsOfMails = async (email: string) => (await auth.mailsTo(email)).map(({ kind }) => kind).filter((kind) => kind !== 'verifyAddress');
  const begin = ({ call, token }: SignedIn, method: string) => call('begin-two-factor', { token, method, currentPassword: password });

  describe('on by mail', () => {
    it('takes the password, then the mailed code, and tells the owner', async () => {
      const user = await signedIn(auth);
      const begun = await begin(user, 'mail');
      expect([begun.status, begun.body]).toEqual([200, { success: true, message: 'Two-factor begun successfully', data: { method: 'mail' } }]);
      expect(await stateOf(user)).toEqual({ isTwoFactorEnabled: false });
      const confirmed = await user.call('confirm-two-factor', { token: user.token, otp: await auth.mailedCode(user.email) });
      expect([confirmed.status, confirmed.body]).toEqual([200, { success: true, message: 'Two-factor switched on successfully', data: { method: 'mail' } }]);
      expect(await stateOf(user)).toEqual({ isTwoFactorEnabled: true, method: 'mail' });
      expect(await kindsOfMails(user.email)).toEqual(['twoFactorCode', 'twoFactorOn']);
      expect((await user.call('login', { email: user.email, password })).body.data).toMatchObject({ isTwoFactorEnabled: true, twoFactorMethod: 'mail' });
    });

    it('is bounded: five wrong codes end what was begun', async () => {
      const user = await signedIn(auth);
      await begin(user, 'mail');
      const code = await auth.mailedCode(user.email);
      const wrong = code === '000000' ? '000001' : '000000';
      for (let attempt = 0; attempt < 5; attempt++) expect(await user.call('confirm-two-factor', { token: user.token, otp: wrong })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      expect(await user.call('confirm-two-factor', { token: user.token, otp: code })).toMatchObject(refusedWith(401, 'CHALLENGE_EXPIRED'));
    });

    it('takes no code that was mailed for something else', async () => {
      const user = await signedIn(auth);
      await begin(user, 'mail');
      await user.call('forgot-password', { email: user.email });
      expect(await user.call('confirm-two-factor', { token: user.token, otp: await auth.mailedCode(user.email) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
    });
  });

  describe('on with an app', () => {
    it('takes the password, then a code of the secret, and answers with ten recovery codes', async () => {
      const user = await signedIn(auth);
      const begun = await begin(user, 'totp');
      const { secret, uri } = begun.body.data;
      expect(begun.body.data).toEqual({ method: 'totp', secret: expect.stringMatching(/^[A-Z2-7]{32}$/) as string, uri: text });
      expect(new URL(uri).searchParams.get('secret')).toBe(secret);
      expect(new URL(uri).searchParams.get('issuer')).toBe('chat.example');
      expect((await user.call('login', { email: user.email, password })).body.data).toMatchObject({ isTwoFactorEnabled: false });
      expect(await user.call('confirm-two-factor', { token: user.token, otp: wrongAppCode(secret) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      const confirmed = await user.call('confirm-two-factor', { token: user.token, otp: appCode(secret) });
      expect([confirmed.status, confirmed.body.data]).toEqual([200, { method: 'totp', recoveryCodes: Array.from({ length: 10 }, () => recoveryCode) }]);
      expect(new Set(confirmed.body.data.recoveryCodes).size).toBe(10);
      expect(await stateOf(user)).toEqual({ isTwoFactorEnabled: true, method: 'totp', recoveryCodesLeft: 10 });
      expect(await kindsOfMails(user.email)).toEqual(['twoFactorOn']);
    });

    it('keeps neither secret nor recovery codes readable', async () => {
      const { email, secret, recoveryCodes } = await withApp(auth);
      const rows = await auth.database.query<{ row: string }>(
        `select t::text as row from totp_secrets t join users u on u.id = t.user_id where u.email = $1
         union all select c::text from recovery_codes c join users u on u.id = c.user_id where u.email = $1`, [email]);
      const kept = rows.map(({ row }) => row).join('\n').toLowerCase();
      expect(rows).toHaveLength(11);
      for (const inTheClear of [secret, Secret.fromBase32(secret).hex, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))]) {
        expect(kept).not.toContain(inTheClear.toLowerCase());
      }
    });

    it('begun anew voids the secret before, and another method the one begun', async () => {
      const user = await signedIn(auth);
      const first = (await begin(user, 'totp')).body.data.secret;
      const second = (await begin(user, 'totp')).body.data.secret;
      expect(await user.call('confirm-two-factor', { token: user.token, otp: appCode(first) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      await begin(user, 'mail');
      expect(await user.call('confirm-two-factor', { token: user.token, otp: appCode(second) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      const confirmed = await user.call('confirm-two-factor', { token: user.token, otp: await auth.mailedCode(user.email) });
      expect(confirmed.body.data).toEqual({ method: 'mail' });
    });

    it('is void after ten minutes', async () => {
      const user = await signedIn(auth);
      const { secret } = (await begin(user, 'totp')).body.data;
      await auth.database.query("update challenges set expires_at = now() - interval '1 second' where user_id = (select id from users where email = $1)", [user.email]);
      expect(await user.call('confirm-two-factor', { token: user.token, otp: appCode(secret) })).toMatchObject(refusedWith(401, 'CHALLENGE_EXPIRED'));
    });

    it('of twenty right codes at once, one switches it on', async () => {
      const user = await signedIn(auth);
      const { secret } = (await begin(user, 'totp')).body.data;
      const otp = appCode(secret);
      const replies = await Promise.all(Array.from({ length: 20 }, () => user.call('confirm-two-factor', { token: user.token, otp })));
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(replies.filter(({ status, body }) => status === 409 && body.code === 'TWO_FACTOR_ALREADY_ON')).toHaveLength(19);
      expect((await stateOf(user)).recoveryCodesLeft).toBe(10);
    });
  });

  it.each(['mail', 'totp'])('on (%s) takes the password: an access token alone is not enough', async (method) => {
    const { call, token } = await signedIn(auth);
    expect(await call('begin-two-factor', { token, method })).toMatchObject(refusedWith(400, 'INVALID_REQUEST'));
    expect(await call('begin-two-factor', { token, method, currentPassword: 'not this one' })).toMatchObject(refusedWith(401, 'WRONG_CREDENTIALS'));
    expect(await call('confirm-two-factor', { token, otp: '123456' })).toMatchObject(refusedWith(401, 'CHALLENGE_EXPIRED'));
  });

  it('on is refused while it is on, and off, codes and renewal while it is off', async () => {
    const on = await withApp(auth);
    expect(await begin(on, 'mail')).toMatchObject(refusedWith(409, 'TWO_FACTOR_ALREADY_ON'));
    expect(await on.call('confirm-two-factor', { token: on.token, otp: appCode(on.secret) })).toMatchObject(refusedWith(409, 'TWO_FACTOR_ALREADY_ON'));
    const { call, token } = await signedIn(auth);
    for (const [name, body] of [['disable-two-factor', { otp: '123456' }], ['renew-recovery-codes', { otp: '123456' }], ['send-two-factor-code', {}]] as const) {
      expect(await call(name, { token, ...body })).toMatchObject(refusedWith(409, 'TWO_FACTOR_IS_OFF'));
    }
  });

  it('on and off ends the other sessions, and sign-ins that wait', async () => {
    const user = await signedIn(auth);
    const other = (await user.call('login', { email: user.email, password })).body.data;
    const ended: string[] = [];
    auth.context.events.on('session.revoked', ({ sessionIds }) => { ended.push(...sessionIds); });
    const { secret } = (await begin(user, 'totp')).body.data;
    await user.call('confirm-two-factor', { token: user.token, otp: appCode(secret) });
    expect(await user.call('refresh-token', { refreshToken: other.refreshToken })).toMatchObject(refusedWith(401, 'SESSION_REVOKED'));
    expect(ended).toHaveLength(1);
    expect(await sessionsOf(auth, user.email)).toHaveLength(1);

    const waiting = await handleFrom(user.call, user.email);
    await forgetLastCode(auth, user.email);
    expect((await user.call('disable-two-factor', { token: user.token, otp: appCode(secret) })).status).toBe(200);
    expect(await user.call('verify-user', { token: waiting, otp: appCode(secret, 1) })).toMatchObject(refusedWith(401, 'CHALLENGE_EXPIRED'));
    expect((await user.call('get-two-factor', { token: user.token })).status).toBe(200);
  });

  describe('off', () => {
    it('by mail takes a code that was mailed for it', async () => {
      const user = await withMail(auth);
      expect(await user.call('disable-two-factor', { token: user.token, otp: '123456' })).toMatchObject(refusedWith(401, 'CHALLENGE_EXPIRED'));
      const handle = await handleFrom(user.call, user.email);
      const forSignIn = await auth.mailedCode(user.email);
      const sent = await user.call('send-two-factor-code', { token: user.token });
      expect([sent.status, sent.body]).toEqual([200, { success: true, message: 'Code sent successfully', data: {} }]);
      expect(await user.call('disable-two-factor', { token: user.token, otp: forSignIn })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      expect(await user.call('verify-user', { token: handle, otp: await auth.mailedCode(user.email) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      expect((await user.call('disable-two-factor', { token: user.token, otp: await auth.mailedCode(user.email) })).status).toBe(200);
      expect(await stateOf(user)).toEqual({ isTwoFactorEnabled: false });
      expect((await kindsOfMails(user.email)).at(-1)).toBe('twoFactorOff');
      expect((await user.call('login', { email: user.email, password })).body.data.refreshToken).toEqual(text);
    });

    it('with an app takes its code or a recovery code, and forgets both', async () => {
      for (const giveRecoveryCode of [false, true]) {
        const user = await withApp(auth);
        expect(await user.call('send-two-factor-code', { token: user.token })).toMatchObject(refusedWith(409, 'CODE_NOT_MAILED'));
        expect(await user.call('disable-two-factor', { token: user.token, otp: wrongAppCode(user.secret) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
        const otp = giveRecoveryCode ? user.recoveryCodes[3] : appCode(user.secret);
        expect((await user.call('disable-two-factor', { token: user.token, otp })).status).toBe(200);
        const left = await auth.database.query(
          'select t.user_id from totp_secrets t join users u on u.id = t.user_id where email = $1 union all select c.user_id from recovery_codes c join users u on u.id = c.user_id where email = $1', [user.email]);
        expect(left).toEqual([]);
      }
    });
  });

  describe('renewing recovery codes', () => {
    it('takes a fresh code, voids the old ones and tells the owner', async () => {
      const user = await withApp(auth);
      const { call, token, email, secret, recoveryCodes } = user;
      expect(await call('renew-recovery-codes', { token, otp: wrongAppCode(secret) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      const renewed = await call('renew-recovery-codes', { token, otp: appCode(secret) });
      expect(renewed.body.data).toEqual({ recoveryCodes: Array.from({ length: 10 }, () => recoveryCode) });
      expect((await kindsOfMails(email)).at(-1)).toBe('recoveryCodesRenewed');
      expect(await call('verify-user', { token: await handleFrom(call, email), otp: recoveryCodes[0] })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      expect((await call('verify-user', { token: await handleFrom(call, email), otp: renewed.body.data.recoveryCodes[0] })).status).toBe(200);
    });

    it('is for who has an app', async () => {
      const { call, token } = await withMail(auth);
      expect(await call('renew-recovery-codes', { token, otp: '123456' })).toMatchObject(refusedWith(409, 'AUTHENTICATOR_REQUIRED'));
    });
  });
});

describe('switching two-factor in contract mode', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest({ EXPOSE_OTP: 'true' }); });
  afterAll(() => auth.stop());

  const registered = async () => {
    const call = callerFrom(auth, '203.0.113.1');
    const email = newEmail();
    return { call, email, token: (await call('register', { email, password })).body.data.token };
  };

  it('by mail has the codes in the replies', async () => {
    const { call, token } = await registered();
    const { otp } = (await call('begin-two-factor', { token, method: 'mail', currentPassword: password })).body.data;
    expect(otp).toMatch(/^\d{6}$/);
    expect((await call('confirm-two-factor', { token, otp })).body.data).toEqual({ method: 'mail' });
    const sent = (await call('send-two-factor-code', { token })).body.data;
    expect((await call('disable-two-factor', { token, otp: sent.otp })).status).toBe(200);
    expect((await call('get-two-factor', { token })).body.data).toEqual({ isTwoFactorEnabled: false });
  });

  it('with an app goes as in strict mode, and the documented calls stay as they are written', async () => {
    const { call, token, email } = await registered();
    const { secret } = (await call('begin-two-factor', { token, method: 'totp', currentPassword: password })).body.data;
    const { recoveryCodes } = (await call('confirm-two-factor', { token, otp: appCode(secret) })).body.data;
    expect(recoveryCodes).toHaveLength(10);
    const { data } = (await call('login', { email, password })).body;
    expect(data).toMatchObject({ isTwoFactorEnabled: true, otp: expect.stringMatching(/^\d{6}$/) as string, refreshToken: text });
    expect((await call('verify-user', { token: data.token, otp: data.otp })).status).toBe(200);
    expect((await call('renew-recovery-codes', { token: data.token, otp: recoveryCodes[0] })).status).toBe(200);
    await forgetLastCode(auth, email);
    expect((await call('disable-two-factor', { token: data.token, otp: appCode(secret) })).status).toBe(200);
  });
});
