import { newEmail, otherThan, password, startAuthUnderTest, type AuthUnderTest } from '../auth.fixture';

describe('contract mode', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest({ EXPOSE_OTP: 'true' }); });
  afterAll(() => auth.stop());

  const sixDigits = expect.stringMatching(/^\d{6}$/) as string;
  const text = expect.any(String) as string;
  const registered = async () => {
    const email = newEmail();
    return { ...(await auth.call('register', { email, password })).body.data, email };
  };

  it('register answers with a token, the code and the id', async () => {
    const email = newEmail();
    const { status, body } = await auth.call('register', { email: email.toUpperCase(), password });
    expect([status, body]).toEqual([200, {
      success: true, message: 'User registered successfully',
      data: { email, token: text, otp: sixDigits, id: text, refreshToken: text, expiresIn: 86_400 },
    }]);
    expect(body.data.otp).toBe(await auth.mailedCode(email));
    expect(await auth.call('register', { email, password })).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } });
  });

  it('of one address registered many times at once, one is', async () => {
    const email = newEmail();
    const replies = await Promise.all(Array.from({ length: 6 }, () => auth.call('register', { email, password })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  it('login gives a new code each time, verified or not', async () => {
    const { email, id, token } = await registered();
    const first = await auth.call('login', { email, password });
    expect(first.body.data).toEqual({
      id, email, token: text, otp: sixDigits, isVerifyed: false, isTwoFactorEnabled: false, refreshToken: text, expiresIn: 86_400,
    });
    await auth.call('verify-user', { token });
    const second = (await auth.call('login', { email, password })).body.data;
    expect(second).toMatchObject({ isVerifyed: true, otp: sixDigits });
    expect((await auth.mailsTo(email)).map(({ kind }) => kind)).toEqual(['verifyAddress', 'verifyAddress', 'signInCode']);
    expect(await auth.call('login', { email, password: 'wrong' })).toMatchObject({ status: 401, body: { code: 'WRONG_CREDENTIALS' } });
  });

  it('forgot-password answers with code and token, and knows who is unknown', async () => {
    const { email } = await registered();
    const { status, body } = await auth.call('forgot-password', { email });
    expect([status, body]).toEqual([200, { success: true, message: 'forgot email sent successfully', data: { otp: sixDigits, token: text } }]);
    expect(await auth.call('forgot-password', { email: newEmail() })).toMatchObject({ status: 404, body: { code: 'USER_NOT_FOUND' } });
  });

  it('every documented token is good for every documented call of its user, again and again', async () => {
    const { email, token } = await registered();
    const tokens = [token, (await auth.call('login', { email, password })).body.data.token, (await auth.call('forgot-password', { email })).body.data.token];
    for (const each of [...tokens, ...tokens]) {
      for (const [name, body] of [
        ['verify-user', {}], ['resend-email', {}], ['update-password', { password: 'new_password' }],
        ['update-profile', { about: 'new_about' }], ['get-user-details', {}],
      ] as const) {
        expect({ name, status: (await auth.call(name, { token: each, ...body })).status }).toEqual({ name, status: 200 });
      }
    }
    expect((await auth.call('login', { email, password: 'new_password' })).status).toBe(200);
  });

  it('compares a code that is sent back, as often as it is sent', async () => {
    const { token, otp } = await registered();
    for (const name of ['verify-user', 'update-password']) {
      expect(await auth.call(name, { token, password, otp: otherThan(otp) })).toMatchObject({ status: 401, body: { code: 'WRONG_CODE' } });
      for (let time = 0; time < 3; time++) expect((await auth.call(name, { token, password, otp })).status).toBe(200);
    }
  });

  it('takes a code no more after five wrong ones, until it is renewed', async () => {
    const { email, token, otp } = await registered();
    for (let attempt = 0; attempt < 5; attempt++) expect((await auth.call('verify-user', { token, otp: otherThan(otp) })).body.code).toBe('WRONG_CODE');
    expect(await auth.call('verify-user', { token, otp })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
    const renewed = await auth.call('resend-email', { token });
    expect([renewed.status, renewed.body]).toEqual([200, { success: true, message: 'otp sent successfully', data: { otp: sixDigits, email } }]);
    expect((await auth.call('verify-user', { token, otp: renewed.body.data.otp })).status).toBe(200);
  });

  it('resend-email opens a challenge where none is open any more', async () => {
    const { email, token } = await registered();
    await auth.database.query('update challenges set expires_at = now() where user_id = (select id from users where email = $1)', [email]);
    const { otp } = (await auth.call('resend-email', { token })).body.data;
    expect((await auth.call('verify-user', { token, otp })).status).toBe(200);
  });

  it('takes the links of its mails', async () => {
    const { email } = await registered();
    expect((await auth.call('verify-user', { token: await auth.mailedToken(email) })).status).toBe(200);
    await auth.call('forgot-password', { email });
    expect((await auth.call('update-password', { token: await auth.mailedToken(email), password: 'new_password' })).status).toBe(200);
    expect((await auth.call('login', { email, password: 'new_password' })).body.data.isVerifyed).toBe(true);
  });

  it('update-profile changes what is given, clears what is null, and get-user-details shows it', async () => {
    const { email, id, token } = await registered();
    const profile = { profileImage: 'new_image_url', about: 'new_about', age: 25, userName: 'new_username' };
    const updated = await auth.call('update-profile', { token, ...profile, isVerified: true, unknown: 1 });
    expect([updated.status, updated.body]).toEqual([200, { success: true, message: 'profile update successfully', data: profile }]);
    const changed = { ...profile, about: null };
    expect((await auth.call('update-profile', { token, about: null })).body.data).toEqual(changed);
    const details = await auth.call('get-user-details', { token });
    expect([details.status, details.body]).toEqual([200, { success: true, message: 'profile update successfully', data: { id, email, ...changed } }]);
  });
});
