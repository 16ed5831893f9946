import { createTestContext, createTestDatabase, type TestDatabase } from '@chat-backend/testing';
import { openMailQueue } from './mail-queue';

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
      outage: { failed: () => { lifted ??= limitConnections(-1); }, works: () => {} },
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
