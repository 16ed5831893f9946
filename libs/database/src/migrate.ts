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

const pending = (migrations: Migration[], rows: AppliedRow[]): Migration[] => {
  const failed = rows.find((row) => row.finished_at === null && row.rolled_back_at === null);
  if (failed !== undefined) {
    throw new Error(`The migration ${failed.migration_name} failed earlier: ${failed.logs ?? 'it was cut off'}. Mend the database, then delete or complete its row in _prisma_migrations.`);
  }
  const applied = new Map(rows.filter((row) => row.rolled_back_at === null).map((row) => [row.migration_name, row.checksum]));
  return migrations.filter(({ name, checksum }) => {
    const appliedChecksum = applied.get(name);
    if (appliedChecksum !== undefined && appliedChecksum !== checksum) throw new Error(`The migration ${name} was edited after it was applied. Write a new one instead.`);
    return appliedChecksum === undefined;
  });
};

const apply = async (client: pg.Client, { name, sql, checksum }: Migration): Promise<void> => {
  const id = randomUUID();
  await client.query('insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)', [id, checksum, name]);
  try {
    await client.query(sql);
  } catch (error) {
    await client.query('update _prisma_migrations set logs = $2 where id = $1', [id, String(error)]);
    throw error;
  }
  await client.query('update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1', [id]);
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
