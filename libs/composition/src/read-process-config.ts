import { resolve } from 'node:path';
import { environment, serviceNames, type Environment, type ServiceName, type VariableName } from '@chat-backend/contracts';
import { isGiven, readConfig } from '@chat-backend/service-kit';
import { installationFolder } from './installation';

export interface ProcessConfig {
  /** In the order in which they start. */
  services: readonly ServiceName[];
  /** Whether this process runs all of the product. */
  isWhole: boolean;
  isProduction: boolean;
  port: number;
  host: string | undefined;
  metricsPort: number;
  metricsHost: string;
  drainSeconds: number;
  drainDelaySeconds: number;
  logLevel: string;
  /** Absent: the embedded one, or, in a process without data, none. */
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** Absolute. */
  dataDir: string;
  /** Absent: generated once under `dataDir`. */
  secretKey: string | undefined;
  previousSecretKey: string | undefined;
  isContractMode: boolean;
  addresses: Partial<Record<ServiceName, readonly string[]>>;
}

const withData: readonly ServiceName[] = ['auth', 'social-graph', 'group', 'messaging'];
export const holdsData = (services: readonly ServiceName[]): boolean => services.some((service) => withData.includes(service));

/** Whom a service calls, in this process or at the address in the variable. */
const calls: Partial<Record<ServiceName, readonly ServiceName[]>> = {
  realtime: ['auth', 'messaging'],
  gateway: ['auth', 'social-graph', 'group', 'messaging', 'realtime'],
};
const addressVariables = {
  auth: 'AUTH_URL', 'social-graph': 'SOCIAL_GRAPH_URL', group: 'GROUP_URL', messaging: 'MESSAGING_URL', realtime: 'REALTIME_URL',
} as const satisfies Partial<Record<ServiceName, VariableName>>;

const allVariables = Object.keys(environment) as VariableName[];

/** Elsewhere one is generated. */
const secretKeyFaults = (env: NodeJS.ProcessEnv): string[] =>
  isGiven(env, 'SECRET_KEY') ? [] : ['SECRET_KEY: is required in production; make one with: openssl rand -base64 48'];

/** What a process needs that does not run all services. */
const partialFaults = (services: readonly ServiceName[], env: NodeJS.ProcessEnv): string[] => {
  const missing = (name: VariableName, reason: string): string[] => (isGiven(env, name) ? [] : [`${name}: is required, as ${reason}`]);
  const needsDatabase = holdsData(services) && !isGiven(env, 'DB_URL');
  const callees = Object.entries(addressVariables).flatMap(([callee, variable]) => {
    const callers = services.filter((service) => !services.includes(callee as ServiceName) && calls[service]?.includes(callee as ServiceName));
    return callers.length === 0 ? [] : missing(variable, `${callee} is called from here and does not run in this process`);
  });
  return [
    ...missing('REDIS_URL', 'not all services run in this process'),
    ...(needsDatabase ? missing('DATABASE_URL', 'not all services run in this process') : []),
    ...callees,
  ];
};

const addressesIn = (values: Environment): ProcessConfig['addresses'] =>
  Object.fromEntries(Object.entries(addressVariables).map(([service, variable]) => [service, values[variable]]));

/**
 * Reads the whole environment of a process, whatever service a variable is for, and reports every fault at once.
 * @throws ConfigError
 */
export const readProcessConfig = (env: NodeJS.ProcessEnv, requested: readonly ServiceName[]): ProcessConfig => {
  const services = serviceNames.filter((name) => requested.includes(name));
  const isWhole = services.length === serviceNames.length;
  const config = readConfig(env, allVariables, ({ NODE_ENV }) => [
    ...(NODE_ENV === 'production' ? secretKeyFaults(env) : []),
    ...(isWhole ? [] : partialFaults(services, env)),
  ]);
  return {
    services, isWhole, isProduction: config.NODE_ENV === 'production',
    port: config.PORT, host: config.HOST, metricsPort: config.METRICS_PORT, metricsHost: config.METRICS_HOST,
    drainSeconds: config.DRAIN_SECONDS, drainDelaySeconds: config.DRAIN_DELAY_SECONDS, logLevel: config.LOG_LEVEL,
    databaseUrl: config.DATABASE_URL ?? config.DB_URL, redisUrl: config.REDIS_URL, dataDir: resolve(installationFolder, config.DATA_DIR),
    secretKey: config.SECRET_KEY, previousSecretKey: config.SECRET_KEY_PREVIOUS, isContractMode: config.EXPOSE_OTP,
    addresses: addressesIn(config),
  };
};
