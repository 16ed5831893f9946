import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** Prisma's own lock, so that its tools and we never migrate at once. */
const prismaMigrationLock = 72707369;
const lockPauseMs = 200;

const createMigrationsTable = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
  logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

interface Migration { name: string; sql: string; checksum: string }
interface AppliedRow { migration_name: string; checksum: string; finished_at: Date | null; rolled_back_at: Date | null; logs: string | null }

const appliedRows = 'select migration_name, checksum, finished_at, rolled_back_at, logs from _prisma_migrations';

const readMigrations = (folder: string): Migration[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name, 'migration.sql'));
      return { name, sql: sql.toString('utf8'), checksum: createHash('sha256').update(sql).digest('hex') };
    });

/** Indexes are built CONCURRENTLY outside of any transaction, so their SQL and its row cannot be one. */
const runsOutsideTransactions = ({ sql }: Migration): boolean => /\bconcurrently\b/i.test(sql.replace(/--.*$/gm, ''));

/** What ended with an error was rolled back. Only earlier versions and Prisma's tools leave a row of what was cut off and may have been done. */
const requireRepeatable = (migration: Migration, tries: readonly AppliedRow[]): void => {
  if (runsOutsideTransactions(migration) || tries.every(({ logs }) => logs !== null)) return;
  throw new Error(`The migration ${migration.name} was cut off, and it is not known whether its changes are there. Look for them; then delete its row in _prisma_migrations, or set its finished_at if they are.`);
};

/** What this version does not know is none of its business: a newer one may have begun it, and given up. */
const pending = (migrations: Migration[], rows: readonly AppliedRow[]): Migration[] => migrations.filter((migration) => {
  const tries = rows.filter(({ migration_name, rolled_back_at }) => migration_name === migration.name && rolled_back_at === null);
  const applied = tries.find(({ finished_at }) => finished_at !== null);
  if (applied === undefined) requireRepeatable(migration, tries);
  else if (applied.checksum !== migration.checksum) throw new Error(`The migration ${migration.name} was edited after it was applied. Write a new one instead.`);
  return applied === undefined;
});

const beginRow = 'insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)';
/** Of what cannot be one transaction with its row: until it is done it counts as undone, also for the version before, which does not start beside what is unfinished. */
const beginAside = 'insert into _prisma_migrations (id, checksum, migration_name, rolled_back_at) values ($1, $2, $3, now())';
const finishRow = 'update _prisma_migrations set finished_at = clock_timestamp(), rolled_back_at = null, applied_steps_count = 1 where id = $1';
const setAsideUnfinished = 'update _prisma_migrations set rolled_back_at = coalesce(rolled_back_at, now()), logs = coalesce(logs, $2) where migration_name = $1 and finished_at is null';

/** The changes and their row: both or neither, wherever it is cut off. */
const applyInTransaction = async (client: pg.Client, { name, sql, checksum }: Migration): Promise<void> => {
  const id = randomUUID();
  await client.query('begin');
  try {
    await client.query(setAsideUnfinished, [name, 'tried again']);
    await client.query(beginRow, [id, checksum, name]);
    await client.query(sql);
    await client.query(finishRow, [id]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
};

/** The index that the migration builds, as SQL names it. */
const indexOf = ({ sql }: Migration): string | undefined => /\bcreate\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?("[^"]+"|\w+)/i.exec(sql.replace(/--.*$/gm, ''))?.[1];

/**
 * Clears away what an earlier try left of an index: an invalid one, which no query uses and every write has to keep.
 * @returns whether it is there, whole: its server went on after its migration had been cut off
 */
const clearLeftovers = async (client: pg.Client, migration: Migration): Promise<boolean> => {
  const index = indexOf(migration);
  const { rows: tries } = await client.query<{ cutOff: boolean }>('select finished_at is null and logs is null as "cutOff" from _prisma_migrations where migration_name = $1', [migration.name]);
  if (index === undefined || tries.length === 0) return false;
  const { rows: [left] } = await client.query<{ isValid: boolean }>('select indisvalid as "isValid" from pg_index where indexrelid = to_regclass($1)', [index]);
  if (left?.isValid === false) await client.query(`drop index concurrently if exists ${index}`);
  return left?.isValid === true && tries.some(({ cutOff }) => cutOff);
};

const applyOutsideTransactions = async (client: pg.Client, migration: Migration): Promise<void> => {
  const { name, sql, checksum } = migration;
  const isDone = await clearLeftovers(client, migration);
  const id = randomUUID();
  await client.query(beginAside, [id, checksum, name]);
  try {
    if (!isDone) await client.query(sql);
  } catch (error) {
    // Where the connection is gone the row stays without a log, and says that it was cut off.
    await client.query(setAsideUnfinished, [name, String(error)]).catch(() => undefined);
    throw error;
  }
  await client.query(finishRow, [id]);
  await client.query(setAsideUnfinished, [name, 'tried again']);
};

const apply = async (client: pg.Client, migration: Migration): Promise<void> => {
  try {
    // One migration's patience is not the next one's.
    await client.query('reset lock_timeout');
    await (runsOutsideTransactions(migration) ? applyOutsideTransactions : applyInTransaction)(client, migration);
  } catch (error) {
    throw new Error(`The migration ${migration.name} gave up, and is tried again by the next start: ${(error as Error).message}`, { cause: error });
  }
};

/**
 * Waits until nobody else migrates. Between two looks it holds nothing: whoever waited inside a statement would hold a snapshot, which
 * an index that the other one builds CONCURRENTLY waits for, each for the other.
 */
const takeLock = async (client: pg.Client): Promise<void> => {
  for (;;) {
    const { rows: [row] } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [prismaMigrationLock]);
    if (row?.taken === true) return;
    await wait(lockPauseMs);
  }
};

const connected = async (databaseUrl: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'chat-backend migrate' });
  // A connection that ends while nothing is asked: the next query says so.
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/**
 * Applies what is missing, one process at a time, and writes the rows that Prisma's own tools expect.
 * @returns the names of the migrations that were applied
 */
export const migrate = async (databaseUrl: string, folder: string): Promise<string[]> => {
  const client = await connected(databaseUrl);
  try {
    await takeLock(client);
    // A role that may not create tables may still look whether all is done.
    const { rows: [table] } = await client.query<{ exists: boolean }>("select to_regclass('_prisma_migrations') is not null as exists");
    if (table?.exists !== true) await client.query(createMigrationsTable);
    const { rows } = await client.query<AppliedRow>(appliedRows);
    const toApply = pending(readMigrations(folder), rows);
    for (const migration of toApply) await apply(client, migration);
    return toApply.map(({ name }) => name);
  } finally {
    await client.end();
  }
};

/** The names of the migrations that the database does not have yet. For who may look and must not change. */
export const pendingMigrations = async (databaseUrl: string, folder: string): Promise<string[]> => {
  const client = await connected(databaseUrl);
  try {
    const { rows: [table] } = await client.query<{ exists: boolean }>("select to_regclass('_prisma_migrations') is not null as exists");
    const { rows } = table?.exists === true ? await client.query<AppliedRow>(appliedRows) : { rows: [] };
    return pending(readMigrations(folder), rows).map(({ name }) => name);
  } finally {
    await client.end();
  }
};

/** Where the migrations of this installation are. */
export const migrationsFolder = join(__dirname, '../../../prisma/migrations');
