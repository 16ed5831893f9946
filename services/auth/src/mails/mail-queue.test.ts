import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, startTcpProxy, startTestRedis, type TestDatabase } from '@chat-backend/testing';
import { openMailQueue, type MailQueue } from './mail-queue';
import { createOutageLog } from './outage-log';

describe('the mail queue on Postgres', () => {
  let database: TestDatabase;
  beforeAll(async () => { database = await createTestDatabase(); });
  afterAll(() => database.drop());

  it('begins anew until Postgres has a connection for both its sides, and leaves the process its turns meanwhile', async () => {
    const limitConnections = (count: number) => database.query(`do $$ begin execute format('alter database %I connection limit ${String(count)}', current_database()); end $$`);
    const [open] = await database.query<{ count: number }>('select count(*)::int from pg_stat_activity where datname = current_database()');
    // One for whoever looks after the schema, then for the one side. The other finds none.
    await limitConnections((open?.count ?? 0) + 1);
    const worked: string[] = [];
    let lifted: Promise<unknown> | undefined;
    let tell = (_mailId: string): void => {};
    const queue = await openMailQueue({
      context: createTestContext(database), concurrency: 1, firstRetryMs: 10,
      process: async (mailId) => { worked.push(mailId); tell(mailId); },
      outage: { failed: () => { lifted ??= limitConnections(-1); }, works: () => {}, ended: () => {} },
    });
    expect(await lifted).toBeDefined();
    const told = new Promise<string>((resolve) => { tell = resolve; });
    await queue.add('mail-1');
    expect(await told).toBe('mail-1');
    await queue.stopWorking();
    await queue.close();
    expect(worked).toEqual(['mail-1']);
  });
});

it('the mail queue tells of no outage once it is closed, though Postgres may end what it has not let go of yet', async () => {
  const database = await createTestDatabase();
  const said: string[] = [];
  const logger = createLogger({ level: 'info', service: 'test', destination: { write: (line) => { said.push(line); } } });
  const outage = createOutageLog(logger, 'the queue');
  const queue = await openMailQueue({ context: createTestContext(database), concurrency: 1, firstRetryMs: 10, process: async () => {}, outage });
  await queue.stopWorking();
  await queue.close();
  outage.failed(new Error('terminating connection due to administrator command'));
  outage.works();
  expect(said).toEqual([]);
  await database.drop();
});

describe('the mail queue whose connections fall silent', () => {
  let database: TestDatabase;
  beforeAll(async () => { database = await createTestDatabase(); });
  afterAll(() => database.drop());
  const endings: (() => Promise<void>)[] = [];
  afterEach(async () => { for (const end of endings.splice(0).reverse()) await end(); });

  const through = (url: string, port: number): string => Object.assign(new URL(url), { host: `127.0.0.1:${String(port)}` }).href;
  /** What a request does whose process may still wait for an answer: the mail is a row, and the sweep adds it again. */
  const addUntilItWorks = async (queue: MailQueue, mailId: string): Promise<void> => {
    for (;;) {
      try { await queue.addIfMissing(mailId); return; } catch { await pause(50); }
    }
  };

  it.each(['Redis', 'Postgres'])('connects to %s anew, and goes on', async (name) => {
    const redis = name === 'Redis' ? await startTestRedis() : undefined;
    if (redis !== undefined) endings.push(() => redis.stop());
    const databaseUrl = database.urlFor('auth');
    const proxy = await startTcpProxy(Number(redis?.port ?? new URL(databaseUrl).port));
    endings.push(() => proxy.close());
    const context = redis === undefined ? { databaseUrl: () => through(databaseUrl, proxy.port) } : { redisUrl: through(redis.url, proxy.port), databaseUrl: () => databaseUrl };
    let tell = (_mailId: string): void => {};
    const queue = await openMailQueue({
      context, concurrency: 1, firstRetryMs: 10, silentForMs: 1_000, process: async (mailId) => { tell(mailId); }, outage: { failed: () => {}, works: () => {}, ended: () => {} },
    });
    endings.push(() => queue.close(), () => queue.stopWorking());
    for (const mailId of ['mail-1', 'mail-2']) {
      const worked = new Promise<string>((resolve) => { tell = resolve; });
      await addUntilItWorks(queue, mailId);
      expect(await worked).toBe(mailId);
      proxy.stall();
    }
  });
});
