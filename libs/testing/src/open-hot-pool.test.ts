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

  it('tell of one that the server cut, and of none that is let go of at the end', async () => {
    const told: string[] = [];
    let hear = (): void => {};
    const pool = openHotPool('messaging', {
      url: database.urlFor('messaging'), poolSize: 1, lockTimeoutMs: 1_000, onConnectionError: ({ message }) => { told.push(message); hear(); },
    });
    const broke = new Promise<void>((resolve) => { hear = resolve; });
    const { rows: [row] } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.query('select pg_terminate_backend($1)', [row?.pid]);
    await broke;
    const cutBefore = told.length;
    const last = await pool.connect();
    last.release();
    await pool.end();
    // The pool does not wait until its connections have gone: a server that ends at this moment may be quicker.
    last.emit('error', new Error('terminating connection due to administrator command'));
    expect(told).toHaveLength(cutBefore);
  });

  it('leave a stronger promise as it is', async () => {
    expect(await settingWhere('synchronous_commit', 'remote_apply')).toBe('remote_apply');
  });
});
