import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsFolder, setUpServiceRoles, startEmbeddedPostgres, type EmbeddedPostgres } from '@chat-backend/database';
import pg from 'pg';
import { templateDatabase, testSecret } from './test-constants';

declare global {
  var testPostgres: EmbeddedPostgres | undefined;
}

/** One real Postgres for the whole run, with a migrated template that every test file copies. */
export default async function setUp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'chat-backend-test-'));
  // Started by root, Postgres runs as another user: let through, it keeps its data here, and they go with the folder.
  chmodSync(folder, 0o711);
  // What the tests store need not outlive a power cut; nothing else differs from the product's Postgres.
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), settings: ['fsync=off', 'max_connections=300'] });
  globalThis.testPostgres = postgres;
  await migrate(postgres.url, migrationsFolder);
  await setUpServiceRoles(postgres.url, testSecret);
  const client = new pg.Client({ connectionString: postgres.url.replace(/\/chat$/, '/postgres') });
  await client.connect();
  await client.query(`alter database chat rename to ${templateDatabase}`);
  await client.end();
  process.env['TEST_POSTGRES_URL'] = postgres.url.replace(/\/chat$/, '');
  process.env['TEST_FOLDER'] = folder;
}
