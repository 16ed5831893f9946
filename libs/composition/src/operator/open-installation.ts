import { serviceNames } from '@chat-backend/contracts';
import type { AuthForOperators, OperatorContext } from '@chat-backend/auth';
import { createRedisPublisher } from '@chat-backend/events';
import type { GroupForOperators } from '@chat-backend/group';
import type { Logger } from '@chat-backend/service-kit';
import { checkRedis } from '../check-redis';
import { readProcessConfig } from '../read-process-config';
import { readSecretFiles } from '../read-secret-files';
import { openOperatedDatabase } from './open-operated-database';

/** What an operator works on: the services' own verbs, with their tables under their roles. */
export interface Installation {
  auth: AuthForOperators;
  group: GroupForOperators;
  /** Lets go of everything, after what was announced has left. */
  close(): Promise<void>;
}

interface Announcements { events: OperatorContext['events']; close(): Promise<void> }

/** Without Redis one process runs all services, and asks each second what it must know: nothing can be told to it. */
const openAnnouncements = async (redisUrl: string | undefined, logger: Logger): Promise<Announcements> => {
  if (redisUrl === undefined) return { events: { publish: async () => undefined }, close: async () => undefined };
  await checkRedis(redisUrl, logger);
  const events = createRedisPublisher({ url: redisUrl, onError: (error) => { logger.debug({ err: error }, 'Redis failed'); } });
  return { events, close: () => events.close() };
};

/**
 * Opens the installation that the environment names, by the same settings as its services.
 * @param say tells a person what is done or waited for
 * @throws ConfigError with every fault of the environment; Error that says what to do
 */
export const openInstallation = async (given: NodeJS.ProcessEnv, logger: Logger, say: (sentence: string) => void): Promise<Installation> => {
  const env = readSecretFiles(given);
  const config = readProcessConfig(env, serviceNames);
  const announcements = await openAnnouncements(config.redisUrl, logger);
  try {
    const database = await openOperatedDatabase(config, say);
    const context: OperatorContext = {
      env, logger, events: announcements.events, dataDir: config.dataDir, databaseUrl: (service) => database.urlOf(service),
      ...(config.redisUrl === undefined ? {} : { redisUrl: config.redisUrl }),
    };
    // Loaded when it is asked for: a process carries only its own services.
    const [{ openAuthForOperators }, { openGroupForOperators }] = await Promise.all([import('@chat-backend/auth'), import('@chat-backend/group')]);
    const [auth, group] = [openAuthForOperators(context), openGroupForOperators(context)];
    return {
      auth, group,
      async close() {
        await Promise.all([auth.close(), group.close()]);
        await announcements.close();
        await database.stop();
      },
    };
  } catch (error) {
    await announcements.close();
    throw error;
  }
};
