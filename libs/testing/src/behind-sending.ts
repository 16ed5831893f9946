import pg from 'pg';
import type { TestDatabase } from './test-database';

const patienceMs = 5_000;

/** Resolves when somebody waits for a conversation's lock. */
const somebodyWaits = async (database: TestDatabase): Promise<void> => {
  const deadline = Date.now() + patienceMs;
  const isWaiting = async (): Promise<boolean> => (await database.query(
    `select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`)).length > 0;
  while (!await isWaiting()) if (Date.now() > deadline) throw new Error('nobody waits for the lock');
};

/**
 * The change is asked for while something is being sent into the conversation, and must wait for its end; what sending does meanwhile comes before it.
 * @throws Error when the change does not wait
 */
export const behindSending = async <Result>(
  database: TestDatabase, conversationId: string, send: (sender: pg.Client) => Promise<unknown>, change: () => Promise<Result>,
): Promise<Result> => {
  const sender = new pg.Client({ connectionString: database.administratorUrl });
  await sender.connect();
  try {
    await sender.query('begin');
    await sender.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [conversationId]);
    const changed = change();
    await somebodyWaits(database);
    await send(sender);
    await sender.query('commit');
    return await changed;
  } finally {
    await sender.end();
  }
};
