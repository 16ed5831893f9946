import { openDatabase, openHotPool } from '@chat-backend/database';
import { Registry } from 'prom-client';
import { createTestDatabase, type TestDatabase } from './test-database';

describe('the pools of a process', () => {
  let database: TestDatabase;
  beforeAll(async () => { database = await createTestDatabase(); });
  afterAll(async () => { await database.drop(); });

  it('tell how many connections they have, and what waits for one', async () => {
    const metrics = new Registry();
    const tables = openDatabase('group', { url: database.urlFor('group'), poolSize: 3, metrics });
    const hot = openHotPool('messaging', { url: database.urlFor('messaging'), poolSize: 1, lockTimeoutMs: 1_000, onConnectionError: () => undefined, measuredAs: { name: 'hot', metrics } });
    const read = async (name: string, pool: string): Promise<string | undefined> =>
      new RegExp(`^${name}\\{service="[a-z]+",pool="${pool}"\\} (\\d+)$`, 'm').exec(await metrics.metrics())?.[1];
    await tables.ping();
    expect([await read('chat_database_connections', 'prisma'), await read('chat_database_connections_most', 'prisma')]).toEqual(['1', '3']);

    const held = await hot.connect();
    const second = hot.query('select 1');
    expect([await read('chat_database_waiting', 'hot'), await read('chat_database_connections_free', 'hot')]).toEqual(['1', '0']);
    held.release();
    await second;
    expect([await read('chat_database_waiting', 'hot'), await read('chat_database_connections_free', 'hot')]).toEqual(['0', '1']);
    await Promise.all([tables.close(), hot.end()]);
  });
});
