// An empty database with the migrations applied, for looking at and throwing away.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { migrate, migrationsFolder, startEmbeddedPostgres } = createRequire(import.meta.url)('@chat-backend/database');

/** Hands `work` the address of a migrated scratch database. */
export const withScratchDatabase = async (work, migrations = migrationsFolder) => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-backend-scratch-'));
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), settings: ['fsync=off'] });
  try {
    await migrate(postgres.url, migrations);
    return await work(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};
