import { ok } from 'node:assert';
import type { TestDatabase } from './test-database';

/** What Postgres did: rows that it read and wrote, and blocks of tables and indexes that it looked at. */
export interface DatabaseWork { rowsRead: number; rowsWritten: number; blocks: number }

/** Both connections of the test's own report what they did: a connection does so now and then, and when it ends. */
const reportNow = async (database: TestDatabase): Promise<void> => {
  await Promise.all([0, 1].map(() => database.query('select pg_stat_force_next_flush()')));
};

const workSoFar = async (database: TestDatabase): Promise<DatabaseWork> => {
  await reportNow(database);
  const [row] = await database.query<Record<keyof DatabaseWork, string>>(`
    select (select sum(seq_tup_read) from pg_stat_user_tables) + (select sum(idx_tup_read) from pg_stat_user_indexes) as "rowsRead",
      (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables) as "rowsWritten",
      (select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0)) from pg_statio_user_tables) as blocks`);
  return { rowsRead: Number(row?.rowsRead), rowsWritten: Number(row?.rowsWritten), blocks: Number(row?.blocks) };
};

const othersConnected = async (database: TestDatabase): Promise<number> =>
  (await database.query(`select 1 from pg_stat_activity where datname = current_database() and application_name like 'chat-backend%'`)).length;

/**
 * @returns what counts the work of an act that opens its own connections, as a service does, and closes them. Nothing else may work meanwhile:
 * vacuuming by itself is switched off.
 */
export const countDatabaseWork = async (database: TestDatabase): Promise<(act: () => Promise<void>) => Promise<DatabaseWork>> => {
  const tables = await database.query<{ name: string }>(`select quote_ident(relname) as name from pg_stat_user_tables where schemaname = 'public'`);
  for (const { name } of tables) await database.query(`alter table ${name} set (autovacuum_enabled = false)`);
  await database.query('analyze');
  return async (act) => {
    const others = await othersConnected(database);
    const before = await workSoFar(database);
    await act();
    const deadline = Date.now() + 5_000;
    while (await othersConnected(database) > others) {
      if (Date.now() > deadline) throw new Error('the connections of the act stay open');
    }
    const after = await workSoFar(database);
    return { rowsRead: after.rowsRead - before.rowsRead, rowsWritten: after.rowsWritten - before.rowsWritten, blocks: after.blocks - before.blocks };
  };
};

/** No call of a page's size reads more. Who reads whole tables reads as much for little as for much. */
const mostRows = 200;
/** An index of much may be a level deeper, and a block may be tidied up on the way. */
const fewRows = 5;
const fewBlocks = 20;

/** @throws unless the work is small, and no more than the same act's where there is little */
export const expectNoMoreWork = (work: DatabaseWork, than: DatabaseWork): void => {
  ok(than.rowsRead > 0, 'no work was counted');
  ok(work.rowsRead <= mostRows, `${JSON.stringify(work)} is too much`);
  ok(work.rowsRead <= than.rowsRead + fewRows && work.rowsWritten <= than.rowsWritten && work.blocks <= than.blocks + fewBlocks,
    `${JSON.stringify(work)} is more than ${JSON.stringify(than)}`);
};
