import { randomBytes } from 'node:crypto';
import { addressesOfRoles, type DataOwner } from '@chat-backend/database';
import pg from 'pg';
import { templateDatabase, testSecret } from './test-constants';

export interface TestDatabase {
  /** The database as a service's own role sees it. */
  urlFor(owner: DataOwner): string;
  /** Everything, for looking at what was stored. */
  query<Row extends object = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  administratorUrl: string;
  drop(): Promise<void>;
}

const serverUrl = (): string => {
  const url = process.env['TEST_POSTGRES_URL'];
  if (!url) throw new Error('Run tests through npm test: it starts their Postgres');
  return url;
};

const onServer = async (sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: `${serverUrl()}/postgres` });
  await client.connect();
  try { await client.query(sql); } finally { await client.end(); }
};

const createFrom = async (template: string): Promise<TestDatabase> => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`create database ${name} template ${template}`);
  const administratorUrl = `${serverUrl()}/${name}`;
  const urls = addressesOfRoles(administratorUrl, testSecret);
  const pool = new pg.Pool({ connectionString: administratorUrl, max: 2 });
  // Ending the pool does not wait for its connections to be gone: one that is still there when the database is dropped is cut off.
  pool.on('error', () => undefined);
  return {
    urlFor: (owner) => urls[owner],
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => (await pool.query<Row>(sql, [...values])).rows,
    administratorUrl,
    async drop() {
      await pool.end();
      await onServer(`drop database if exists ${name} with (force)`);
    },
  };
};

/** A migrated, empty database of this test file's own. */
export const createTestDatabase = (): Promise<TestDatabase> => createFrom(templateDatabase);

/** One with nothing in it, not even tables. */
export const createBareDatabase = (): Promise<TestDatabase> => createFrom('template0');
