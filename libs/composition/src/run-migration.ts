import { migrateDatabase } from './migrate-database';
import { readSecretFiles } from './read-secret-files';

export interface RunMigrationOptions {
  env: NodeJS.ProcessEnv;
  /** How long to wait for a database that does not answer yet. */
  patienceSeconds: number;
}

/** Migrates and says what was done, as a program of its own: exit code 0, or 1 with the reason on standard error. Another one that migrates is waited for. */
export const runMigration = async ({ env, patienceSeconds }: RunMigrationOptions): Promise<void> => {
  // As the first process of a container it would not hear these otherwise. What a migration has not committed is undone.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => { process.exit(1); });
  try {
    const applied = await migrateDatabase(readSecretFiles(env), { patienceSeconds, onRetry: (reason) => { console.error(`${reason}; trying again`); } });
    console.log(applied.length === 0 ? 'The database is at the newest schema.' : `Applied: ${applied.join(', ')}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
};
