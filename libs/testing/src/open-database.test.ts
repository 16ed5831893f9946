import { newId, openDatabase, type Database } from '@chat-backend/database';
import { isOutOfReach } from '@chat-backend/service-kit';
import { startTcpProxy } from './tcp-proxy';
import { createTestDatabase, type TestDatabase } from './test-database';

describe('a service\'s view of the database', () => {
  let database: TestDatabase;
  let auth: Database<'auth'>;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(`alter role chat_auth in database ${new URL(database.administratorUrl).pathname.slice(1)} set timezone = 'Asia/Tokyo'`);
    auth = openDatabase('auth', { url: database.urlFor('auth'), poolSize: 2 });
  });
  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  it('keeps times right, whatever the zone of the server', async () => {
    const createdAt = new Date('2026-01-02T03:04:05.678Z');
    const user = { id: newId(), email: 'a@example.com', passwordHash: 'x', pepperId: 'x', createdAt };
    expect((await auth.tables.user.create({ data: user })).createdAt).toEqual(createdAt);
    expect(await database.query(`select 1 from users where created_at = '2026-01-02T03:04:05.678Z'`)).toHaveLength(1);
  });

  it('undoes a transaction of which a step fails', async () => {
    const id = newId();
    const failing = auth.transaction(async (tables) => {
      await tables.user.create({ data: { id, email: 'b@example.com', passwordHash: 'x', pepperId: 'x' } });
      throw new Error('a later step failed');
    });
    await expect(failing).rejects.toThrow('a later step failed');
    expect(await auth.tables.user.findUnique({ where: { id } })).toBeNull();
  });

  it('gives up a statement that waits too long for others, and goes on with its connection', async () => {
    const impatient = openDatabase('auth', { url: database.urlFor('auth'), poolSize: 1, answerWithinMs: 200 });
    const pidOf = async () => (await impatient.tables.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid;
    const before = await pidOf();
    await auth.transaction(async (tables) => {
      await tables.$executeRaw`select pg_advisory_xact_lock(1)`;
      await expect(impatient.transaction((others) => others.$executeRaw`select pg_advisory_xact_lock(1)`)).rejects.toMatchObject({ code: 'BUSY' });
      expect(await pidOf()).toBe(before);
    });
    await impatient.close();
  });

  it('says of a statement outside a transaction that took too long, that it may succeed later', async () => {
    const impatient = openDatabase('auth', { url: database.urlFor('auth'), poolSize: 1, answerWithinMs: 1_000 });
    expect(isOutOfReach(await impatient.tables.$executeRaw`select pg_sleep(20)`.catch((error: unknown) => error))).toBe(true);
    await impatient.close();
  });

  it('gives up on connections whose server has gone silent, and makes others', async () => {
    const url = new URL(database.urlFor('auth'));
    const proxy = await startTcpProxy(Number(url.port));
    url.port = String(proxy.port);
    const behind = openDatabase('auth', { url: url.href, poolSize: 2, answerWithinMs: 200 });
    const count = () => behind.tables.user.count();
    await Promise.all([count(), count()]);
    proxy.stall();
    const failed = await Promise.allSettled([count(), behind.transaction((tables) => tables.user.count())]);
    expect(failed.map((one) => one.status === 'rejected' && isOutOfReach(one.reason))).toEqual([true, true]);
    // The transaction could not say that it ends: its connection is noticed by whoever gets it next.
    await count().catch(() => undefined);
    expect(await Promise.all([count(), count()])).toHaveLength(2);
    await behind.close();
    await proxy.close();
  });

  it('leaves no lock to a transaction that went silent', async () => {
    const url = new URL(database.urlFor('auth'));
    const proxy = await startTcpProxy(Number(url.port));
    url.port = String(proxy.port);
    const vanishing = openDatabase('auth', { url: url.href, poolSize: 1, answerWithinMs: 2_000, goOnWithinMs: 200 });
    const silent = await vanishing.transaction(async (tables) => {
      await tables.$executeRaw`select pg_advisory_xact_lock(2)`;
      proxy.stall();
      await auth.transaction((others) => others.$executeRaw`select pg_advisory_xact_lock(2)`);
    }).catch((error: unknown) => error);
    // It got so far, and then could not say that it ends.
    expect(isOutOfReach(silent)).toBe(true);
    await vanishing.close();
    await proxy.close();
  });

  it('tells the server how to notice that a host is gone', async () => {
    const settings = await auth.tables.$queryRaw<{ name: string; setting: string }[]>`
      select name, setting from pg_settings where name in ('idle_in_transaction_session_timeout', 'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count') order by name`;
    expect(settings.map(({ name, setting }) => `${name} ${setting}`)).toEqual([
      'idle_in_transaction_session_timeout 15000', 'tcp_keepalives_count 3', 'tcp_keepalives_idle 30', 'tcp_keepalives_interval 10',
    ]);
  });
});
