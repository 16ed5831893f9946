import { newEmail, otherThan, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';

const refused = { status: 400, body: { success: false, code: 'PASSWORD_TOO_COMMON' } };

describe('a password that is easy to guess', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());

  const common = ['password123', 'PassWord123', 'qwertyuiop', 'TRUSTNO1'];

  it.each(common)('%s registers nobody, known or not', async (easy) => {
    const [unknown, known] = [newEmail(), await verifiedUser(auth)];
    for (const email of [unknown, known]) expect(await auth.call('register', { email, password: easy })).toMatchObject(refused);
    expect(await auth.database.query('select 1 from users where email = $1', [unknown])).toEqual([]);
    expect((await auth.mailsTo(known)).map(({ kind }) => kind)).toEqual(['verifyAddress']);
  });

  it('may be its account\'s address or what stands before the @ as little', async () => {
    const email = newEmail();
    for (const easy of [email, email.toUpperCase(), email.slice(0, email.indexOf('@'))]) {
      expect(await auth.call('register', { email, password: easy })).toMatchObject(refused);
    }
    expect((await auth.call('register', { email, password: newEmail() })).status).toBe(200);
  });

  it('is refused by a reset before anything else is looked at, for known and unknown addresses, and costs no try', async () => {
    const known = await verifiedUser(auth);
    const handles = [known, newEmail()].map(async (email) => ({ email, token: (await auth.call('forgot-password', { email })).body.data.token }));
    const code = await Promise.all(handles).then(() => auth.mailedCode(known));
    for (const { email, token } of await Promise.all(handles)) {
      for (const otp of [undefined, otherThan(code), code]) {
        for (const easy of ['password123', email]) expect(await auth.call('update-password', { token, otp, password: easy })).toMatchObject(refused);
      }
    }
    expect(await auth.database.query("select tries, closed_at from challenges where purpose = 'reset'")).toEqual([{ tries: 0, closed_at: null }]);
    expect((await auth.call('login', { email: known, password })).status).toBe(200);
    expect(await auth.call('update-password', { token: await auth.mailedToken(known), password: 'password123' })).toMatchObject(refused);
    expect((await auth.call('update-password', { token: await auth.mailedToken(known), password: 'brand new one' })).status).toBe(200);
  });

  it('is refused to who is signed in', async () => {
    const email = await verifiedUser(auth);
    const { token } = (await auth.call('login', { email, password })).body.data;
    for (const easy of ['password123', email]) {
      expect(await auth.call('update-password', { token, password: easy, currentPassword: password })).toMatchObject(refused);
    }
    expect((await auth.call('update-password', { token, password: 'brand new one', currentPassword: password })).status).toBe(200);
  });

  it('is taken in contract mode, as documented, however it is set', async () => {
    const open = await startAuthUnderTest({ EXPOSE_OTP: 'true' });
    try {
      const email = newEmail();
      const { token } = (await open.call('register', { email, password: 'password123' })).body.data;
      expect((await open.call('update-password', { token, password: 'password1' })).status).toBe(200);
      expect((await open.call('update-password', { token, password: 'password123', currentPassword: 'password1' })).status).toBe(200);
      await open.call('forgot-password', { email });
      expect((await open.call('update-password', { token: await open.mailedToken(email), password: 'password1' })).status).toBe(200);
      expect((await open.call('login', { email, password: 'password1' })).status).toBe(200);
    } finally {
      await open.stop();
    }
  });
});
