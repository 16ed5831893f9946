import { join, resolve } from 'node:path';
import { migrate, migrationsFolder, startEmbeddedPostgres, waitForDatabase } from '@chat-backend/database';
import { readConfig } from '@chat-backend/service-kit';
import { installationFolder } from './installation';

export interface MigrateOptions {
  /** How long to wait for a database that does not answer yet; absent: one look. */
  patienceSeconds?: number;
  onRetry?: (reason: string) => void;
}

/**
 * Migrates the database that the environment names, or the embedded one, which must not be in use.
 * @returns the names of the migrations that were applied
 */
export const migrateDatabase = async (env: NodeJS.ProcessEnv, { patienceSeconds = 0, onRetry = () => undefined }: MigrateOptions = {}): Promise<string[]> => {
  const { DATABASE_URL, DB_URL, DATA_DIR } = readConfig(env, ['DATABASE_URL', 'DB_URL', 'DATA_DIR']);
  const databaseUrl = DATABASE_URL ?? DB_URL;
  if (databaseUrl !== undefined) {
    await waitForDatabase({ url: databaseUrl, seconds: patienceSeconds, onRetry });
    return migrate(databaseUrl, migrationsFolder);
  }
  const postgres = await startEmbeddedPostgres({ folder: join(resolve(installationFolder, DATA_DIR), 'postgres') });
  try { return await migrate(postgres.url, migrationsFolder); } finally { await postgres.stop(); }
};
