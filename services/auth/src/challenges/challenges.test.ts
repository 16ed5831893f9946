import { newEmail, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';

const over = { status: 401, body: { code: 'CHALLENGE_EXPIRED' } };
const newPassword = 'brand new one';

describe('a challenge', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());

  const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { iat: number; exp: number; sub: string };
  const stored = async (handle: string) =>
    (await auth.database.query<{ turn: number; tries: number; seconds: number }>(
      'select turn, tries, extract(epoch from expires_at - created_at)::float8 as seconds from challenges where id = $1', [claimsOf(handle).sub]))[0];
  const asks = {
    verify: async (email: string) => (await auth.call('register', { email, password })).body.data.token,
    reset: async (email: string) => (await auth.call('forgot-password', { email })).body.data.token,
    mfa: async (email: string) => (await auth.call('login', { email, password })).body.data.token,
  };
  const addressFor = async (purpose: keyof typeof asks): Promise<string> => purpose === 'verify' ? newEmail() : verifiedUser(auth, { twoFactor: purpose === 'mfa' });
  const confirm = (purpose: keyof typeof asks, token: string, otp?: string) =>
    purpose === 'reset' ? auth.call('update-password', { token, otp, password: newPassword }) : auth.call('verify-user', { token, otp });

  it.each(['verify', 'reset', 'mfa'] as const)('of %s: its newest only is taken, by code and by link', async (purpose) => {
    const email = await addressFor(purpose);
    const [first, firstCode] = [await asks[purpose](email), await auth.mailedCode(email)];
    const firstLink = purpose === 'mfa' ? undefined : await auth.mailedToken(email);
    const [second, secondCode] = [await asks[purpose](email), await auth.mailedCode(email)];
    expect(await confirm(purpose, first, firstCode)).toMatchObject(over);
    if (firstLink !== undefined) expect(await confirm(purpose, firstLink)).toMatchObject(over);
    expect((await confirm(purpose, second, secondCode)).status).toBe(200);
    expect(await confirm(purpose, second, secondCode)).toMatchObject(over);
  });

  it.each(['verify', 'reset', 'mfa'] as const)('of %s: it and its handle last ten minutes, however often its code is renewed', async (purpose) => {
    const email = await addressFor(purpose);
    const handle = await asks[purpose](email);
    expect(claimsOf(handle).exp - claimsOf(handle).iat).toBe(600);
    expect((await auth.call('resend-email', { token: handle })).status).toBe(200);
    const row = await stored(handle);
    expect(row).toMatchObject({ turn: 2, tries: 0 });
    expect(row?.seconds).toBeCloseTo(600, 0);
  });

  it('that is over is renewed no more, and nobody is told so', async () => {
    const email = newEmail();
    const handle = await asks.verify(email);
    await auth.database.query("update challenges set expires_at = now() - interval '1 second' where id = $1", [claimsOf(handle).sub]);
    expect((await auth.call('resend-email', { token: handle })).status).toBe(200);
    expect(await auth.mailsTo(email)).toHaveLength(1);
  });

  it('of a reset takes five tries, and its link then still', async () => {
    const email = await verifiedUser(auth);
    const [handle, code] = [await asks.reset(email), await auth.mailedCode(email)];
    const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].filter((one) => one !== code).slice(0, 5);
    for (const otp of wrong) expect(await confirm('reset', handle, otp)).toMatchObject({ status: 401, body: { code: 'WRONG_CODE' } });
    expect(await confirm('reset', handle, code)).toMatchObject(over);
    expect(await stored(handle)).toMatchObject({ tries: 5 });
    expect((await confirm('reset', await auth.mailedToken(email))).status).toBe(200);
  });

  it('opens with its link nothing that has another purpose', async () => {
    const email = newEmail();
    await asks.verify(email);
    const verifyLink = await auth.mailedToken(email);
    const known = await verifiedUser(auth);
    await asks.reset(known);
    const resetLink = await auth.mailedToken(known);
    const wrongPurpose = { status: 403, body: { code: 'WRONG_TOKEN_PURPOSE' } };
    expect(await auth.call('update-password', { token: verifyLink, password: newPassword })).toMatchObject(wrongPurpose);
    expect(await auth.call('verify-user', { token: resetLink })).toMatchObject(wrongPurpose);
    for (const token of [verifyLink, resetLink]) expect(await auth.call('get-user-details', { token })).toMatchObject(wrongPurpose);
  });
});

describe('the codes and mails that one account is sent in an hour', () => {
  const bound = 3;
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest({ RATE_LIMIT_FACTOR: String(bound / 10) }); });
  afterAll(() => auth.stop());

  const kindsTo = async (email: string) => (await auth.mailsTo(email)).map(({ kind }) => kind);
  const repeat = async (times: number, call: () => Promise<{ status: number }>): Promise<number[]> => {
    const statuses = [];
    for (let turn = 0; turn < times; turn++) statuses.push((await call()).status);
    return statuses;
  };

  it('are bounded for registrations, which answer as before and change the password no more', async () => {
    const email = newEmail();
    await repeat(bound, () => auth.call('register', { email, password }));
    expect((await auth.call('register', { email, password: 'of somebody else' })).status).toBe(200);
    expect(await kindsTo(email)).toEqual(Array(bound).fill('verifyAddress'));
    expect((await auth.call('login', { email, password: 'of somebody else' })).body.code).toBe('WRONG_CREDENTIALS');
    expect((await auth.call('login', { email, password })).body.code).toBe('EMAIL_NOT_VERIFIED');
  });

  it('are bounded for renewals and for reminders at sign-in', async () => {
    const email = newEmail();
    const { token } = (await auth.call('register', { email, password })).body.data;
    expect(await repeat(bound + 2, () => auth.call('resend-email', { token }))).toEqual(Array(bound + 2).fill(200));
    await auth.database.query("update mails set created_at = created_at - interval '61 seconds' where address = $1", [email]);
    expect((await auth.call('login', { email, password })).body.code).toBe('EMAIL_NOT_VERIFIED');
    expect(await kindsTo(email)).toHaveLength(bound);
    expect((await auth.call('verify-user', { token, otp: await auth.mailedCode(email) })).status).toBe(200);
  });

  it('are bounded for sign-ins with two-factor, which say when to come again', async () => {
    const email = await verifiedUser(auth, { twoFactor: true });
    expect(await repeat(bound, () => auth.call('login', { email, password }))).toEqual(Array(bound).fill(200));
    const refused = await auth.call('login', { email, password });
    expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([429, 'RATE_LIMITED', '600']);
    expect(await kindsTo(email)).toEqual(['verifyAddress', ...Array<string>(bound).fill('signInCode')]);
  });

  it('are bounded for registrations of a verified address', async () => {
    const email = await verifiedUser(auth);
    expect(await repeat(bound + 1, () => auth.call('register', { email, password }))).toEqual(Array(bound + 1).fill(200));
    expect(await kindsTo(email)).toEqual(['verifyAddress', ...Array<string>(bound).fill('addressInUse')]);
  });

  it('are free again after an hour', async () => {
    const email = await verifiedUser(auth);
    await repeat(bound + 1, () => auth.call('forgot-password', { email }));
    expect((await kindsTo(email)).filter((kind) => kind === 'resetPassword')).toHaveLength(bound);
    await auth.database.query("update challenges set created_at = created_at - interval '61 minutes' where user_id = (select id from users where email = $1)", [email]);
    await auth.call('forgot-password', { email });
    expect((await kindsTo(email)).filter((kind) => kind === 'resetPassword')).toHaveLength(bound + 1);
  });
});
