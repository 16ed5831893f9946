import { newEmail, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';

describe('register', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());

  const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

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

  it('takes passwords of 8 to 128 characters', async () => {
    const statuses = [];
    for (const length of [7, 8, 128, 129]) statuses.push((await auth.call('register', { email: newEmail(), password: 'ü'.repeat(length) })).status);
    expect(statuses).toEqual([400, 200, 200, 400]);
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
