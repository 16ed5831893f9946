import { newEmail, otherThan, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';

describe('forgot-password and update-password', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());

  const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

  it('answers alike for known and unknown addresses', async () => {
    const known = await verifiedUser(auth);
    const replies = [];
    for (const email of [known, known, newEmail()]) {
      const begun = performance.now();
      const { status, body } = await auth.call('forgot-password', { email });
      expect(performance.now() - begun).toBeGreaterThan(95);
      const { sub, sid, ...claims } = claimsOf(body.data.token);
      expect(sub).toBe(sid);
      replies.push({ status, message: body.message, keys: Object.keys(body.data), claims: Object.keys(claims) });
    }
    expect(replies[1]).toEqual(replies[0]);
    expect(replies[2]).toEqual(replies[0]);
  });

  it('sets the password with handle and code, once, and ends every session', async () => {
    const email = await verifiedUser(auth);
    const session = (await auth.call('login', { email, password })).body.data;
    const ended: string[] = [];
    auth.context.events.on('session.revoked', ({ sessionIds }) => { ended.push(...sessionIds); });
    const { token } = (await auth.call('forgot-password', { email })).body.data;
    const otp = await auth.mailedCode(email);
    expect((await auth.call('update-password', { token, password: 'brand new one' })).body.code).toBe('CODE_REQUIRED');
    expect((await auth.call('update-password', { token, password: 'brand new one', otp: otherThan(otp) })).body.code).toBe('WRONG_CODE');
    const reply = await auth.call('update-password', { token, password: 'brand new one', otp });
    expect([reply.status, reply.body]).toEqual([200, { success: true, message: 'password updated successfully', data: { message: 'password updated' } }]);
    expect((await auth.call('update-password', { token, password: 'another one', otp })).body.code).toBe('CHALLENGE_EXPIRED');
    expect((await auth.call('login', { email, password })).status).toBe(401);
    expect((await auth.call('login', { email, password: 'brand new one' })).status).toBe(200);
    expect(await auth.call('get-user-details', { token: session.token })).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
    expect(await auth.call('refresh-token', { refreshToken: session.refreshToken })).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
    expect(ended).toContain(claimsOf(session.token)['sid']);
  });

  it('sets the password with the token of the link alone', async () => {
    const email = await verifiedUser(auth);
    await auth.call('forgot-password', { email });
    expect((await auth.call('update-password', { token: await auth.mailedToken(email), password: 'brand new one' })).status).toBe(200);
    expect((await auth.call('login', { email, password: 'brand new one' })).status).toBe(200);
  });

  it('does not get around two-factor', async () => {
    const email = await verifiedUser(auth, { twoFactor: true });
    const pending = (await auth.call('login', { email, password })).body.data.token;
    const pendingCode = await auth.mailedCode(email);
    await auth.call('forgot-password', { email });
    const reply = await auth.call('update-password', { token: await auth.mailedToken(email), password: 'brand new one' });
    expect(reply.body.data).toEqual({ message: 'password updated' });
    expect((await auth.call('verify-user', { token: pending, otp: pendingCode })).status).toBe(401);
    expect((await auth.call('login', { email, password: 'brand new one' })).body.data.refreshToken).toBeUndefined();
  });

  it('takes an access token with the current password, and ends the other sessions', async () => {
    const email = await verifiedUser(auth);
    const [mine, other] = [(await auth.call('login', { email, password })).body.data.token, (await auth.call('login', { email, password })).body.data.token];
    expect(await auth.call('update-password', { token: mine, password: 'brand new one' })).toMatchObject({ status: 400, body: { code: 'CURRENT_PASSWORD_REQUIRED' } });
    expect(await auth.call('update-password', { token: mine, password: 'brand new one', currentPassword: 'wrong' })).toMatchObject({ status: 401, body: { code: 'WRONG_CREDENTIALS' } });
    expect((await auth.call('update-password', { token: mine, password: 'brand new one', currentPassword: password })).status).toBe(200);
    expect((await auth.call('get-user-details', { token: mine })).status).toBe(200);
    expect(await auth.call('get-user-details', { token: other })).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
  });

  it('bounds the codes that one account is sent in an hour, and answers as before', async () => {
    const limited = await startAuthUnderTest({ RATE_LIMIT_FACTOR: '0.3' });
    try {
      const email = await verifiedUser(limited);
      const replies = await Promise.all(Array.from({ length: 5 }, () => limited.call('forgot-password', { email })));
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect((await limited.mailsTo(email)).filter(({ kind }) => kind === 'resetPassword')).toHaveLength(3);
    } finally {
      await limited.stop();
    }
  });
});
