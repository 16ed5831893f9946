import { newEmail, otherThan, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from './auth.fixture';

describe('strict mode', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());

  const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

  describe('register', () => {
    it('answers with a handle and mails the code', async () => {
      const email = newEmail();
      const reply = await auth.call('register', { email, password });
      expect([reply.status, reply.body]).toEqual([200, { success: true, message: 'User registered successfully', data: { email, token: expect.any(String) as string } }]);
      expect(await auth.mailsTo(email)).toMatchObject([{ kind: 'verifyAddress', challenge_turn: 1 }]);
    });

    it('answers alike for a new, a known and a verified address, and tells the owner of the last by mail', async () => {
      const verified = await verifiedUser(auth);
      const known = newEmail();
      await auth.call('register', { email: known, password });
      const replies = [];
      for (const email of [newEmail(), known, verified]) {
        const begun = performance.now();
        const { status, body } = await auth.call('register', { email, password });
        expect(performance.now() - begun).toBeGreaterThan(95);
        const { sub, sid, ...claims } = claimsOf(body.data.token);
        expect(sub).toBe(sid);
        expect(claims['email']).toBe(email);
        replies.push({ status, keys: Object.keys(body.data), claims: Object.keys(claims) });
      }
      expect(replies[1]).toEqual(replies[0]);
      expect(replies[2]).toEqual(replies[0]);
      expect((await auth.mailsTo(verified)).at(-1)).toEqual({ kind: 'addressInUse', address: verified, challenge_id: null, challenge_turn: null });
    });

    it('takes the newest password of an address that nobody verified, and its newest code only', async () => {
      const email = newEmail();
      const first = await auth.call('register', { email, password: 'the first password' });
      const firstCode = await auth.mailedCode(email);
      const second = await auth.call('register', { email, password: 'the second password' });
      expect(await auth.call('verify-user', { token: first.body.data.token, otp: firstCode })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
      expect((await auth.call('verify-user', { token: second.body.data.token, otp: await auth.mailedCode(email) })).status).toBe(200);
      expect((await auth.call('login', { email, password: 'the first password' })).status).toBe(401);
      expect((await auth.call('login', { email, password: 'the second password' })).status).toBe(200);
    });

    it('never touches a verified account', async () => {
      const email = await verifiedUser(auth);
      await auth.call('register', { email, password: 'somebody elses' });
      expect((await auth.call('login', { email, password })).status).toBe(200);
    });

    it('creates one account when an address is registered twice at once', async () => {
      const email = newEmail();
      const replies = await Promise.all([1, 2, 3, 4].map(() => auth.call('register', { email, password })));
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(await auth.database.query('select 1 from users where email = $1', [email])).toHaveLength(1);
      const open = 'select 1 from challenges c join users u on u.id = c.user_id where u.email = $1 and closed_at is null';
      expect(await auth.database.query(open, [email])).toHaveLength(1);
    });
  });

  describe('verify-user', () => {
    const registered = async () => {
      const email = newEmail();
      const { token } = (await auth.call('register', { email, password })).body.data;
      return { email, token, code: await auth.mailedCode(email) };
    };
    const triesOf = async (email: string): Promise<number | undefined> =>
      (await auth.database.query<{ tries: number }>('select c.tries from challenges c join users u on u.id = c.user_id where u.email = $1', [email]))[0]?.tries;

    it('takes the handle with the code, once', async () => {
      const { token, code } = await registered();
      const reply = await auth.call('verify-user', { token, otp: code });
      expect([reply.status, reply.body]).toEqual([200, { success: true, message: 'verification successfully', data: { message: 'verification updated' } }]);
      expect(await auth.call('verify-user', { token, otp: code })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
    });

    it('takes the token of the link alone, once', async () => {
      const { email } = await registered();
      const token = await auth.mailedToken(email);
      expect((await auth.call('verify-user', { token })).status).toBe(200);
      expect(await auth.call('verify-user', { token })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
    });

    it('asks for the code beside the handle', async () => {
      const { token } = await registered();
      expect(await auth.call('verify-user', { token })).toMatchObject({ status: 400, body: { code: 'CODE_REQUIRED' } });
    });

    it('lets one of twenty right codes at once succeed', async () => {
      const { token, code } = await registered();
      const replies = await Promise.all(Array.from({ length: 20 }, () => auth.call('verify-user', { token, otp: code })));
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(replies.filter(({ status, body }) => status === 401 && body.code === 'CHALLENGE_EXPIRED')).toHaveLength(19);
    });

    it('counts five of twelve wrong codes at once, and takes the right one no more; the link still works', async () => {
      const { email, token, code } = await registered();
      const replies = await Promise.all(Array.from({ length: 12 }, () => auth.call('verify-user', { token, otp: otherThan(code) })));
      expect(replies.every(({ status, body }) => status === 401 && body.code === 'WRONG_CODE')).toBe(true);
      expect(await triesOf(email)).toBe(5);
      expect(await auth.call('verify-user', { token, otp: code })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
      expect((await auth.call('verify-user', { token: await auth.mailedToken(email) })).status).toBe(200);
    });

    it('takes a code for ten minutes', async () => {
      const { email, token, code } = await registered();
      const [row] = await auth.database.query<{ seconds: number }>(
        "select extract(epoch from c.expires_at - c.created_at)::float8 as seconds from challenges c join users u on u.id = c.user_id where email = $1", [email]);
      expect(row?.seconds).toBeCloseTo(600, 0);
      await auth.database.query("update challenges set expires_at = now() - interval '1 second' where user_id = (select id from users where email = $1)", [email]);
      expect(await auth.call('verify-user', { token, otp: code })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
    });

    it('answers a handle for nobody as it answers a wrong code', async () => {
      const verified = await verifiedUser(auth);
      const { token } = (await auth.call('register', { email: verified, password })).body.data;
      for (let attempt = 0; attempt < 7; attempt++) {
        expect(await auth.call('verify-user', { token, otp: '123456' })).toMatchObject({ status: 401, body: { code: 'WRONG_CODE' } });
      }
    });

    it('takes no handle of another purpose', async () => {
      const email = await verifiedUser(auth);
      const { token } = (await auth.call('forgot-password', { email })).body.data;
      expect(await auth.call('verify-user', { token, otp: await auth.mailedCode(email) })).toMatchObject({ status: 403, body: { code: 'WRONG_TOKEN_PURPOSE' } });
      const { token: access } = (await auth.call('login', { email, password })).body.data;
      for (const name of ['verify-user', 'resend-email']) {
        expect(await auth.call(name, { token: access })).toMatchObject({ status: 403, body: { code: 'WRONG_TOKEN_PURPOSE' } });
      }
    });
  });

  describe('login', () => {
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
      expect(Object.keys(data).sort()).toEqual(['email', 'id', 'isTwoFactorEnabled', 'isVerifyed', 'token']);
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
  });

  describe('resend-email', () => {
    it('renews the code, voids the one before and its link, and gives five new tries', async () => {
      const email = newEmail();
      const { token } = (await auth.call('register', { email, password })).body.data;
      const [firstCode, firstLink] = [await auth.mailedCode(email), await auth.mailedToken(email)];
      for (let attempt = 0; attempt < 5; attempt++) await auth.call('verify-user', { token, otp: otherThan(firstCode) });
      const reply = await auth.call('resend-email', { token });
      expect([reply.status, reply.body]).toEqual([200, { success: true, message: 'otp sent successfully', data: { email } }]);
      expect(await auth.call('verify-user', { token: firstLink })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
      expect((await auth.call('verify-user', { token, otp: firstCode })).status).toBe(401);
      expect((await auth.call('verify-user', { token, otp: await auth.mailedCode(email) })).status).toBe(200);
      expect(await auth.call('resend-email', { token })).toMatchObject({ status: 401, body: { code: 'CHALLENGE_EXPIRED' } });
    });

    it('answers alike for known and unknown addresses, also when a newer challenge took the place', async () => {
      const known = await verifiedUser(auth);
      const unknown = newEmail();
      const handles = [known, known, unknown].map(async (email) => ({ email, token: (await auth.call('forgot-password', { email })).body.data.token }));
      for (const { email, token } of await Promise.all(handles)) {
        const reply = await auth.call('resend-email', { token });
        expect([reply.status, reply.body.data]).toEqual([200, { email }]);
      }
      expect(await auth.mailsTo(unknown)).toEqual([]);
    });
  });

  describe('forgot-password and update-password', () => {
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
});
