import { join } from 'node:path';
import {
  keepPostgresRunning, migrate, migrationsFolder, setUpServiceRoles, waitForDatabase, type DataOwner,
} from '@chat-backend/database';
import type { ServiceName } from '@chat-backend/contracts';
import type { Logger } from '@chat-backend/service-kit';
import { holdsData, type ProcessConfig } from './read-process-config';

/** The database of a process, found or started, not yet migrated. */
export interface ProcessDatabase {
  kind: 'embedded' | 'external' | 'none';
  /** Its address as the administrator of an embedded one, or as it was given. */
  url: string;
  /** Resolves when it answers and is new enough; rejects, with what to do, when it does not for half a minute. */
  available(signal: AbortSignal): Promise<void>;
  /** Brings it to the newest schema, and says where each service finds it. Several processes may do so at once. */
  prepare(): Promise<(service: ServiceName) => string>;
  stop(): Promise<void>;
}

export interface ProcessDatabaseOptions {
  config: ProcessConfig;
  secretKey: string;
  logger: Logger;
  /** The embedded Postgres is gone for good. */
  onFailure: (error: Error) => void;
}

const patienceSeconds = 30;

const migrateAndLog = async (url: string, logger: Logger): Promise<void> => {
  const applied = await migrate(url, migrationsFolder);
  if (applied.length > 0) logger.info({ applied }, 'migrated the database');
};

const embedded = async ({ config, secretKey, logger, onFailure }: ProcessDatabaseOptions): Promise<ProcessDatabase> => {
  if (config.isProduction) logger.warn('DATABASE_URL is not set: the data lives in an embedded Postgres under DATA_DIR, on this disk alone; back it up');
  const postgres = await keepPostgresRunning({ folder: join(config.dataDir, 'postgres') }, {
    onDeath: ({ pid }) => { logger.error({ postgresPid: pid }, 'the embedded Postgres died; starting it again'); },
    onRestart: ({ pid }) => { logger.warn({ postgresPid: pid }, 'the embedded Postgres runs again'); },
    onGivenUp: onFailure,
  });
  logger.info({ postgresPid: postgres.pid(), port: postgres.port }, 'the embedded Postgres runs');
  return {
    kind: 'embedded', url: postgres.url,
    available: async () => undefined,
    async prepare() {
      await migrateAndLog(postgres.url, logger);
      const urls = await setUpServiceRoles(postgres.url, secretKey);
      return (service) => urls[service as DataOwner];
    },
    stop: () => postgres.stop(),
  };
};

const external = (url: string, logger: Logger): ProcessDatabase => ({
  kind: 'external', url,
  available: (signal) => waitForDatabase({ url, seconds: patienceSeconds, onRetry: (reason) => { logger.warn(`${reason}; trying again`); }, signal }),
  async prepare() {
    await migrateAndLog(url, logger);
    return () => url;
  },
  stop: async () => undefined,
});

const none: ProcessDatabase = {
  kind: 'none', url: '',
  available: async () => undefined,
  prepare: async () => (service) => { throw new Error(`${service} has no database`); },
  stop: async () => undefined,
};

/** The external database that the configuration names, else an embedded one; none for services that hold no data. */
export const openProcessDatabase = async (options: ProcessDatabaseOptions): Promise<ProcessDatabase> => {
  const { config, logger } = options;
  if (!holdsData(config.services)) return none;
  return config.databaseUrl === undefined ? embedded(options) : external(config.databaseUrl, logger);
};
