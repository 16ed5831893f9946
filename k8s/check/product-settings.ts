import { environment, serviceNames, type ServiceName, type VariableName } from '@chat-backend/contracts';
import { ConfigError } from '@chat-backend/service-kit';
import { holdsData, readProcessConfig } from '../../libs/composition/src/read-process-config';
import { readAuthConfig } from '../../services/auth/src/config';
import { readGatewayConfig } from '../../services/gateway/src/config';
import { readGroupConfig } from '../../services/group/src/config';
import { readMessagingConfig } from '../../services/messaging/src/config';
import { readRealtimeConfig } from '../../services/realtime/src/config';
import { readSocialGraphConfig } from '../../services/social-graph/src/config';

const readers: Record<ServiceName, (env: NodeJS.ProcessEnv) => unknown> = {
  auth: readAuthConfig, 'social-graph': readSocialGraphConfig, group: readGroupConfig, messaging: readMessagingConfig, realtime: readRealtimeConfig,
  gateway: (env) => readGatewayConfig(env, () => false),
};

/** What every process reads, whatever it serves. */
const ofEveryProcess = ['NODE_ENV', 'PORT', 'HOST', 'METRICS_PORT', 'METRICS_HOST', 'REDIS_URL', 'DATA_DIR', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'LOG_LEVEL', 'DRAIN_SECONDS', 'DRAIN_DELAY_SECONDS'] as const satisfies VariableName[];

/** What is left at its default here, and why. */
export const leftAlone: Readonly<Partial<Record<VariableName, string>>> = {
  HOST: 'all interfaces, as a pod has one address of its own',
  DB_URL: 'the alias of DATABASE_URL',
  BCRYPT_COST: 'the default is the least that production takes',
  EXPOSE_OTP: 'off; dev switches it on',
  SOCKET_BUFFER_BYTES: 'the default fits the memory that realtime may have',
  AUDIT_LOG_DAYS: 'the default',
  UNVERIFIED_ACCOUNT_DAYS: 'the default',
  HISTORY_EPOCH: 'empty until a copy of a disk is put back',
  DRAIN_DELAY_SECONDS: 'preStop waits for the load balancers',
  OPERATOR_TOKEN: 'the board is off; who wants it adds a token to the Secret',
  OPERATOR_BOARD_WRITES: 'the board is off',
};

/** What a service's schema names and its pods need not have. */
const notNeeded: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  // Whether there may be a local inbox, which there is in one process only.
  gateway: ['SMTP_URL'],
};

export const isService = (name: string): name is ServiceName => serviceNames.some((service) => service === name);
export const isVariable = (name: string): name is VariableName => Object.hasOwn(environment, name);

const goodValues: NodeJS.ProcessEnv = {
  AUTH_URL: 'http://a', SOCIAL_GRAPH_URL: 'http://a', GROUP_URL: 'http://a', MESSAGING_URL: 'http://a', REALTIME_URL: 'http://a',
};

/** The variables that a service's own schema and its process read: found out by watching them read. */
export const variablesReadBy = (service: ServiceName): Set<string> => {
  const read = new Set<string>(ofEveryProcess);
  const watched = new Proxy(goodValues, {
    get(values, name) {
      if (typeof name === 'string' && isVariable(name)) read.add(name);
      return Reflect.get(values, name) as unknown;
    },
  });
  readers[service](watched);
  if (holdsData([service])) read.add('DATABASE_URL');
  if (service === 'realtime') read.add('AUTH_URL');
  for (const name of notNeeded[service] ?? []) read.delete(name);
  return read;
};

const faultsOf = (read: () => unknown): string[] => {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

/** Everything for which the processes of these services would refuse to start in an environment. */
export const startFaults = (env: NodeJS.ProcessEnv, services: readonly ServiceName[]): string[] => [...new Set([
  ...faultsOf(() => readProcessConfig(env, services)), ...(services.length === 1 ? services.flatMap((service) => faultsOf(() => readers[service](env))) : []),
])];
