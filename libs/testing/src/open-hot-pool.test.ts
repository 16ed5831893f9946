import { openHotPool } from '@chat-backend/database';
import { createTestDatabase, type TestDatabase } from './test-database';

describe('the connections of the message path', () => {
  let database: TestDatabase;
  beforeAll(async () => { database = await createTestDatabase(); });
  afterAll(() => database.drop());

  /** What such a connection has, where the database was set up to have something else. */
  const settingWhere = async (name: string, preset: string): Promise<string | undefined> => {
    await database.query(`alter role chat_messaging in database ${new URL(database.administratorUrl).pathname.slice(1)} set ${name} = '${preset}'`);
    const pool = openHotPool('messaging', { url: database.urlFor('messaging'), poolSize: 1, lockTimeoutMs: 1_000, onConnectionError: () => undefined });
    try {
      const { rows: [row] } = await pool.query<{ setting: string }>('select current_setting($1) as setting', [name]);
      return row?.setting;
    } finally {
      await pool.end();
    }
  };

  it.each(['off', 'local', 'remote_write'])('wait for the disk before a commit is answered, also where the database says %s', async (preset) => {
    expect(await settingWhere('synchronous_commit', preset)).toBe('on');
  });

  it('leave a stronger promise as it is', async () => {
    expect(await settingWhere('synchronous_commit', 'remote_apply')).toBe('remote_apply');
  });
});
