import type { DestinationStream } from 'pino';
import type { ServiceName } from '@chat-backend/contracts';
import { createLogger, deriveKeys, type Keys, type Logger } from '@chat-backend/service-kit';
import { keepSecretKey } from './keep-secret-key';
import type { ProcessConfig } from './read-process-config';

/** What a process has from its first moment to its last. */
export interface ProcessResources {
  env: NodeJS.ProcessEnv;
  config: ProcessConfig;
  secretKey: string;
  keys: Keys;
  /** The process's own log. */
  logger: Logger;
  loggerOf(service: ServiceName): Logger;
}

export const createProcessResources = (env: NodeJS.ProcessEnv, config: ProcessConfig, destination: DestinationStream | undefined): ProcessResources => {
  const loggerNamed = (service: string): Logger => createLogger({ level: config.logLevel, service, ...(destination === undefined ? {} : { destination }) });
  const secretKey = config.secretKey ?? keepSecretKey(config.dataDir);
  return {
    env: { ...env, ...(config.databaseUrl === undefined ? {} : { DATABASE_URL: config.databaseUrl }) },
    config, secretKey,
    keys: deriveKeys(secretKey, config.previousSecretKey),
    logger: loggerNamed('process'),
    loggerOf: loggerNamed,
  };
};
