import { join } from 'node:path';
import type { ServiceName } from '@chat-backend/contracts';
import {
  addressesOfRoles, findRunningPostgres, holdsPostgres, migrate, migrationsFolder, pendingMigrations, setUpServiceRoles, startEmbeddedPostgres, waitForDatabase, type DataOwner,
} from '@chat-backend/database';
import { keepSecretKey } from '../keep-secret-key';
import type { ProcessConfig } from '../read-process-config';

/** The services' database, whether they run or not. */
export interface OperatedDatabase {
  /** As the role of this service, where the database is ours. */
  urlOf(service: ServiceName): string;
  stop(): Promise<void>;
}

const patienceSeconds = 4;
const wrongPassword = '28P01';

/** The services migrate when they start. Who only looks in must not do so under one that runs. */
const requireNewestSchema = async (url: string): Promise<void> => {
  const missing = await pendingMigrations(url, migrationsFolder);
  if (missing.length > 0) throw new Error(`The database is older than this program (it lacks ${missing.join(', ')}). Start the services of this version, or run: npm run db:migrate`);
};

const external = async (url: string, say: (sentence: string) => void): Promise<OperatedDatabase> => {
  await waitForDatabase({ url, seconds: patienceSeconds, onRetry: (reason) => { say(`${reason}; trying again`); } });
  await requireNewestSchema(url);
  return { urlOf: () => url, stop: async () => undefined };
};

const asRoles = (urls: Record<DataOwner, string>, stop: () => Promise<void>): OperatedDatabase => ({ urlOf: (service) => urls[service as DataOwner], stop });

/** The roles' passwords follow from the secret key: with another one they are refused. */
const requireSharedKey = async (urls: Record<DataOwner, string>): Promise<void> => {
  try {
    await waitForDatabase({ url: urls.auth, seconds: 0, onRetry: () => undefined });
  } catch (error) {
    const { cause } = error as Error;
    if ((cause as { code?: unknown } | undefined)?.code !== wrongPassword) throw error;
    throw new Error('The running services have another SECRET_KEY. Set the one that they were started with, or unset it for the one under DATA_DIR.', { cause: error });
  }
};

/** The embedded Postgres of a process that runs, or, where none does, started for this command alone. */
const embedded = async ({ dataDir, secretKey: given }: ProcessConfig, say: (sentence: string) => void): Promise<OperatedDatabase> => {
  const folder = join(dataDir, 'postgres');
  if (!holdsPostgres(folder)) {
    throw new Error(`There is no installation in ${dataDir}. Start the server once (npm start, or node index.js), or set DATA_DIR or DATABASE_URL to where it keeps its data.`);
  }
  const secretKey = given ?? keepSecretKey(dataDir);
  const running = await findRunningPostgres(folder);
  if (running !== undefined) {
    await requireNewestSchema(running.url);
    const urls = addressesOfRoles(running.url, secretKey);
    await requireSharedKey(urls);
    return asRoles(urls, async () => undefined);
  }
  say('No server runs here; its Postgres is started for this command.');
  const postgres = await startEmbeddedPostgres({ folder });
  try {
    await migrate(postgres.url, migrationsFolder);
    return asRoles(await setUpServiceRoles(postgres.url, secretKey), () => postgres.stop());
  } catch (error) {
    await postgres.stop();
    throw error;
  }
};

/** @throws Error that says what to do */
export const openOperatedDatabase = (config: ProcessConfig, say: (sentence: string) => void): Promise<OperatedDatabase> =>
  config.databaseUrl === undefined ? embedded(config, say) : external(config.databaseUrl, say);
