import { createTestDatabase, type TestDatabase } from './test-database';
import { tryTakeLease } from '@chat-backend/database';

describe('the lease of a database', () => {
  let database: TestDatabase;
  beforeAll(async () => { database = await createTestDatabase(); });
  afterAll(() => database.drop());

  it('is held by one at a time, until it is released', async () => {
    const first = await tryTakeLease(database.administratorUrl);
    expect(await tryTakeLease(database.administratorUrl)).toBeUndefined();
    await first?.release();
    const second = await tryTakeLease(database.administratorUrl);
    expect(second).toBeDefined();
    await second?.release();
  });

  it('is lost with its session, and its holder learns of it', async () => {
    const first = await tryTakeLease(database.administratorUrl);
    await database.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chat-backend lease' and datname = current_database()");
    await first?.lost;
    const second = await tryTakeLease(database.administratorUrl);
    expect(second).toBeDefined();
    await second?.release();
  });

  it('leaves no session of one that did not get it', async () => {
    const first = await tryTakeLease(database.administratorUrl);
    await tryTakeLease(database.administratorUrl);
    await tryTakeLease(database.administratorUrl);
    const sessions = await database.query("select 1 from pg_stat_activity where application_name = 'chat-backend lease' and datname = current_database()");
    expect(sessions).toHaveLength(1);
    await first?.release();
  });
});
