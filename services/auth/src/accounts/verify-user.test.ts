import { newEmail, otherThan, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';

describe('confirming an address', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());

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

    describe('of an address that was registered with two passwords', () => {
      const [mine, anothers] = ['my own long password', 'somebody elses password'];
      const registeredTwice = async (last: string) => {
        const email = newEmail();
        await auth.call('register', { email, password: mine });
        const { token } = (await auth.call('register', { email, password: last })).body.data;
        return { email, token };
      };
      const statusesOf = async (email: string, passwords: readonly string[]): Promise<number[]> => {
        const statuses = [];
        for (const one of passwords) statuses.push((await auth.call('login', { email, password: one })).status);
        return statuses;
      };

      it('takes neither when the link confirms it, and says so; a reset gives it one', async () => {
        const { email } = await registeredTwice(anothers);
        const reply = await auth.call('verify-user', { token: await auth.mailedToken(email) });
        expect([reply.status, reply.body.data]).toEqual([200, { message: 'verification updated', passwordNeeded: true }]);
        expect(await statusesOf(email, [mine, anothers])).toEqual([401, 401]);
        await auth.call('forgot-password', { email });
        expect((await auth.call('update-password', { token: await auth.mailedToken(email), password: mine })).status).toBe(200);
        expect(await statusesOf(email, [mine, anothers])).toEqual([200, 401]);
      });

      it('takes the last when the code confirms it where it was registered last', async () => {
        const { email, token } = await registeredTwice(anothers);
        const reply = await auth.call('verify-user', { token, otp: await auth.mailedCode(email) });
        expect([reply.status, reply.body.data]).toEqual([200, { message: 'verification updated' }]);
        expect(await statusesOf(email, [mine, anothers])).toEqual([401, 200]);
      });

      it('takes it by the link when both were the same', async () => {
        const { email } = await registeredTwice(mine);
        const reply = await auth.call('verify-user', { token: await auth.mailedToken(email) });
        expect([reply.status, reply.body.data]).toEqual([200, { message: 'verification updated' }]);
        expect(await statusesOf(email, [mine])).toEqual([200]);
      });
    });

    describe('of an address whose codes of the hour are used up', () => {
      const [first, second] = ['the first long password', 'the second long password'];
      let limited: AuthUnderTest;
      beforeAll(async () => { limited = await startAuthUnderTest({ RATE_LIMIT_FACTOR: '0.2' }); });
      afterAll(() => limited.stop());

      /** Who registered first was mailed both codes of the hour, who registers with another password none. */
      const registeredOverTheBound = async () => {
        const email = newEmail();
        const { token } = (await limited.call('register', { email, password: first })).body.data;
        await limited.call('resend-email', { token });
        expect((await limited.call('register', { email, password: second })).status).toBe(200);
        expect(await limited.mailsTo(email)).toHaveLength(2);
        return { email, token };
      };
      const statusesOf = async (email: string): Promise<number[]> =>
        [(await limited.call('login', { email, password: first })).status, (await limited.call('login', { email, password: second })).status];

      it('takes neither password when the link confirms it: its mail was asked for by another than who may open it', async () => {
        const { email } = await registeredOverTheBound();
        const reply = await limited.call('verify-user', { token: await limited.mailedToken(email) });
        expect([reply.status, reply.body.data]).toEqual([200, { message: 'verification updated', passwordNeeded: true }]);
        expect(await statusesOf(email)).toEqual([401, 401]);
      });

      it('keeps the password that the code was mailed for, when the code confirms it', async () => {
        const { email, token } = await registeredOverTheBound();
        const reply = await limited.call('verify-user', { token, otp: await limited.mailedCode(email) });
        expect([reply.status, reply.body.data]).toEqual([200, { message: 'verification updated' }]);
        expect(await statusesOf(email)).toEqual([200, 401]);
      });
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
});
