import { auditLogOf, idOf } from '../audit/audit.fixture';
import { newEmail, password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';
import { openAuthDatabase, type AuthDatabase } from '../db';
import { deleteUnverifiedAccounts } from './delete-unverified-accounts';

describe('accounts whose address nobody verifies', () => {
  let auth: AuthUnderTest;
  let database: AuthDatabase;
  beforeAll(async () => {
    auth = await startAuthUnderTest();
    database = openAuthDatabase({ url: auth.database.urlFor('auth'), poolSize: 2 });
  });
  beforeEach(() => auth.database.query('delete from users'));
  afterAll(async () => {
    await database.close();
    await auth.stop();
  });

  const register = async (): Promise<string> => {
    const email = newEmail();
    await auth.call('register', { email, password });
    return email;
  };
  const setAge = (email: string, age: string) => auth.database.query('update users set created_at = now() - $2::interval where email = $1', [email, age]);
  /** Registered so long ago, as is the code that was mailed. */
  const registeredBefore = async (age: string): Promise<string> => {
    const email = await register();
    await setAge(email, age);
    await auth.database.query("update challenges set expires_at = now() - interval '1 minute' where user_id = $1", [await idOf(auth, email)]);
    return email;
  };
  const left = async () => (await auth.database.query<{ email: string }>('select email from users')).map(({ email }) => email).toSorted();

  it('are deleted after that many days, as their owners would delete them, and their addresses are free', async () => {
    const young = await registeredBefore('6 days 23 hours');
    const old = await Promise.all(['7 days 1 hour', '8 days', '1 year'].map(registeredBefore));
    const ids = await Promise.all(old.map((email) => idOf(auth, email)));
    // Fewer at once than there are.
    await deleteUnverifiedAccounts(database, { days: 7, atOnce: 1 });
    expect(await left()).toEqual([young]);
    const deletions = await auth.database.query<{ user_id: string }>('select user_id from account_deletions where completed_at is null and not erases_messages');
    expect(deletions.map(({ user_id: id }) => id).toSorted()).toEqual(ids.toSorted());
    const expired = (await auditLogOf(auth).rows()).filter(({ action }) => action === 'account.expired');
    expect(expired.map(({ subject_id: id }) => id).toSorted()).toEqual(ids.toSorted());
    const [email = ''] = old;
    await auth.call('register', { email, password: 'another password' });
    await auth.call('verify-user', { token: await auth.mailedToken(email) });
    expect(await auth.call('login', { email, password: 'another password' })).toMatchObject({ status: 200 });
  });

  it('are kept while somebody may still verify them: a code or a link is open', async () => {
    const email = await register();
    await setAge(email, '40 days');
    await deleteUnverifiedAccounts(database, { days: 30 });
    await auth.call('verify-user', { token: await auth.mailedToken(email) });
    expect(await auth.call('login', { email, password })).toMatchObject({ status: 200 });
  });

  it('are kept where they are signed in, as in contract mode, or disabled', async () => {
    const [signedIn, disabled, verified] = [await registeredBefore('40 days'), await registeredBefore('40 days'), await verifiedUser(auth)];
    await setAge(verified, '40 days');
    await auth.database.query("insert into sessions (id, user_id, expires_at) values (gen_random_uuid(), $1, now() + interval '1 day')", [await idOf(auth, signedIn)]);
    await auth.database.query('update users set disabled_at = now() where email = $1', [disabled]);
    await deleteUnverifiedAccounts(database, { days: 30 });
    expect(await left()).toEqual([signedIn, disabled, verified].toSorted());
  });

  it('are deleted so many in one sweep, and no more of them once it is stopped', async () => {
    for (let count = 0; count < 5; count += 1) await registeredBefore('40 days');
    await deleteUnverifiedAccounts(database, { days: 30, atOnce: 2, atMost: 3 });
    expect(await left()).toHaveLength(2);
    await deleteUnverifiedAccounts(database, { days: 30, signal: AbortSignal.abort() });
    expect(await left()).toHaveLength(2);
  });

  it('are deleted once, whoever else sweeps and registers meanwhile', async () => {
    const emails = await Promise.all(Array.from({ length: 20 }, () => registeredBefore('40 days')));
    const again = emails.map((email) => auth.call('register', { email, password: 'another password' }));
    await Promise.all([1, 2, 3].map((atOnce) => deleteUnverifiedAccounts(database, { days: 30, atOnce })));
    expect((await Promise.all(again)).map(({ status }) => status)).toEqual(emails.map(() => 200));
    await Promise.all((await left()).map(async (email) => auth.call('verify-user', { token: await auth.mailedToken(email) })));
    expect(await auth.database.query('select 1 from users where not is_verified')).toEqual([]);
  });
});
