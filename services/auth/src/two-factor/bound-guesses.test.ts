import { otherThan, password, startAuthUnderTest, type AuthUnderTest } from '../auth.fixture';
import { openAuthDatabase } from '../db';
import { deleteExpired } from '../delete-expired';
import { appCode, callerFrom, forgetLastCode, handleFrom, ownersAddress, withApp, withMail, wrongAppCode, type Caller, type WithApp } from './two-factor.fixture';

const wrongCodesPerDay = 20;
const triesPerCode = 5;
const refusedWith = (status: number, code: string) => ({ status, body: { code } });
const shutOut = refusedWith(429, 'TOO_MANY_WRONG_CODES');

describe('guessing codes over many sign-ins', () => {
  let auth: AuthUnderTest;
  beforeAll(async () => { auth = await startAuthUnderTest({ RATE_LIMIT_FACTOR: '1' }); });
  afterAll(() => auth.stop());

  /** So many wrong codes, each five for another handle; from one address after the other. @returns how many were looked at */
  const guess = async ({ email, secret }: WithApp, count: number, addresses: readonly string[]): Promise<number> => {
    let lookedAt = 0;
    for (let tried = 0; tried < count;) {
      const call = callerFrom(auth, addresses[tried / triesPerCode % addresses.length] ?? '');
      const token = await handleFrom(call, email);
      for (let attempt = 0; attempt < triesPerCode && tried < count; attempt++, tried++) {
        if ((await call('verify-user', { token, otp: wrongAppCode(secret) })).body.code === 'WRONG_CODE') lookedAt++;
      }
    }
    return lookedAt;
  };
  const confirm = async (call: Caller, { email }: { email: string }, otp: string | undefined) => call('verify-user', { token: await handleFrom(call, email), otp });
  const warnings = async ({ email }: { email: string }) => (await auth.mailsTo(email)).filter(({ kind }) => kind === 'codesGuessed').length;
  const aDayPasses = (email: string) => auth.database.query(
    "update two_factor_networks set wrong_since = wrong_since - interval '1 day' where user_id = (select id from users where email = $1)", [email]);

  it('ends for all strangers together after twenty wrong codes a day, with one mail to the owner', async () => {
    const user = await withApp(auth);
    const addresses = ['198.51.100.1', '2001:db8::1', '2001:db8:0:1::1'];
    expect(await guess(user, wrongCodesPerDay + 5, addresses)).toBe(wrongCodesPerDay);
    expect(await warnings(user)).toBe(1);
    const stranger = callerFrom(auth, '198.51.100.77');
    const reply = await confirm(stranger, user, appCode(user.secret));
    expect(reply).toMatchObject(shutOut);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(86_000);
    expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(86_400);
  });

  it('never shuts the owner out where the owner was, nor elsewhere with a recovery code, and is over after a day', async () => {
    const user = await withApp(auth);
    await guess(user, wrongCodesPerDay, ['198.51.100.1']);
    expect(await confirm(user.call, user, appCode(user.secret))).toMatchObject({ status: 200 });
    const elsewhere = callerFrom(auth, '198.51.100.78');
    await forgetLastCode(auth, user.email);
    expect(await confirm(elsewhere, user, appCode(user.secret))).toMatchObject(shutOut);
    expect(await confirm(elsewhere, user, user.recoveryCodes[0])).toMatchObject({ status: 200 });
    expect(await confirm(elsewhere, user, appCode(user.secret))).toMatchObject({ status: 200 });
    const anywhere = callerFrom(auth, '198.51.100.79');
    await forgetLastCode(auth, user.email);
    expect(await confirm(anywhere, user, appCode(user.secret))).toMatchObject(shutOut);
    await aDayPasses(user.email);
    expect(await confirm(anywhere, user, appCode(user.secret))).toMatchObject({ status: 200 });
  });

  it('counts where the owner was for itself alone', async () => {
    const user = await withApp(auth);
    expect(await guess(user, wrongCodesPerDay + 5, [ownersAddress])).toBe(wrongCodesPerDay);
    expect(await confirm(user.call, user, appCode(user.secret))).toMatchObject(shutOut);
    expect(await confirm(callerFrom(auth, '198.51.100.1'), user, appCode(user.secret))).toMatchObject({ status: 200 });
  });

  it('knows the owner in the whole of an IPv6 network', async () => {
    const user = await withApp(auth);
    expect(await confirm(callerFrom(auth, '2001:db8::1'), user, appCode(user.secret))).toMatchObject({ status: 200 });
    await guess(user, wrongCodesPerDay, ['198.51.100.1']);
    await forgetLastCode(auth, user.email);
    expect(await confirm(callerFrom(auth, '2001:db8:0:1::2'), user, appCode(user.secret))).toMatchObject(shutOut);
    expect(await confirm(callerFrom(auth, '2001:db8::2'), user, appCode(user.secret))).toMatchObject({ status: 200 });
  });

  it('is bounded at once, too: of eighty codes for twenty handles, twenty are looked at', async () => {
    const user = await withApp(auth);
    const handles = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
      const call = callerFrom(auth, `192.0.2.${index}`);
      return { call, token: await handleFrom(call, user.email) };
    }));
    const wrong = wrongAppCode(user.secret);
    const replies = await Promise.all(handles.flatMap(({ call, token }) => Array.from({ length: 4 }, () => call('verify-user', { token, otp: wrong }))));
    expect(replies.filter(({ body }) => body.code === 'WRONG_CODE')).toHaveLength(wrongCodesPerDay);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(80 - wrongCodesPerDay);
    expect(await warnings(user)).toBe(1);
  });

  it('is not made longer by a reset, nor by what switches two-factor', async () => {
    const user = await withApp(auth);
    const thief = callerFrom(auth, '198.51.100.1');
    for (let attempt = 0; attempt < wrongCodesPerDay; attempt++) {
      const name = attempt % 2 === 0 ? 'disable-two-factor' : 'renew-recovery-codes';
      expect(await thief(name, { token: user.token, otp: wrongAppCode(user.secret) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
    }
    await user.call('forgot-password', { email: user.email });
    await user.call('update-password', { token: await auth.mailedToken(user.email), password: 'brand new one, long enough' });
    const { token } = (await thief('login', { email: user.email, password: 'brand new one, long enough' })).body.data;
    expect(await thief('verify-user', { token, otp: appCode(user.secret) })).toMatchObject(shutOut);
  });

  describe('by mail', () => {
    it('leaves the owner a code where the owner was, when a stranger used up those of the hour', async () => {
      const user = await withMail(auth);
      const stranger = callerFrom(auth, '198.51.100.1');
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 11; attempt++) statuses.push((await stranger('login', { email: user.email, password })).status);
      expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
      const token = await handleFrom(user.call, user.email);
      const first = await auth.mailedCode(user.email);
      expect(await user.call('verify-user', { token, otp: otherThan(first) })).toMatchObject(refusedWith(401, 'WRONG_CODE'));
      await user.call('resend-email', { token });
      expect((await auth.mailsTo(user.email)).at(-1)).toMatchObject({ kind: 'signInCode', challenge_turn: 2 });
      expect(await user.call('verify-user', { token, otp: await auth.mailedCode(user.email) })).toMatchObject({ status: 200 });
    });

    it('lets a sign-in that waits go on when another begins elsewhere', async () => {
      const user = await withMail(auth);
      const token = await handleFrom(user.call, user.email);
      const otp = await auth.mailedCode(user.email);
      await handleFrom(callerFrom(auth, '198.51.100.1'), user.email);
      expect(await user.call('verify-user', { token, otp })).toMatchObject({ status: 200 });
    });
  });

  it('leaves rows only as long as they count', async () => {
    const user = await withApp(auth);
    await guess(user, 1, ['198.51.100.1']);
    const database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 1 });
    const rows = async () => {
      await deleteExpired(database);
      return (await auth.database.query('select 1 from two_factor_networks n join users u on u.id = n.user_id where u.email = $1', [user.email])).length;
    };
    try {
      expect(await rows()).toBe(2);
      await aDayPasses(user.email);
      expect(await rows()).toBe(1);
      await auth.database.query("update two_factor_networks set confirmed_at = now() - interval '91 days'");
      expect(await rows()).toBe(0);
      await auth.database.query('update totp_secrets set confirmed_at = null, created_at = now() - interval \'2 hours\' where user_id = (select id from users where email = $1)', [user.email]);
      await deleteExpired(database);
      expect(await auth.database.query('select 1 from totp_secrets t join users u on u.id = t.user_id where u.email = $1', [user.email])).toEqual([]);
    } finally {
      await database.close();
    }
  });

  it('keeps no address', async () => {
    const { email } = await withApp(auth);
    const kept = await auth.database.query<{ network: string }>(
      'select network from two_factor_networks n join users u on u.id = n.user_id where email = $1 union all select network from challenges c join users u on u.id = c.user_id where email = $1 and network is not null', [email]);
    expect(kept.length).toBeGreaterThan(0);
    for (const { network } of kept) expect(network).toMatch(/^[\w-]{43}$/);
  });
});
