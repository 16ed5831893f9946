import type { ServiceName, VariableName } from '@chat-backend/contracts';
import { readConfig, trustProxyFrom, type TrustProxy } from '@chat-backend/service-kit';

const addressVariables = {
  auth: 'AUTH_URL', 'social-graph': 'SOCIAL_GRAPH_URL', group: 'GROUP_URL', messaging: 'MESSAGING_URL', realtime: 'REALTIME_URL',
} as const satisfies Record<Exclude<ServiceName, 'gateway'>, VariableName>;

const variables = [
  'NODE_ENV', 'PORT', 'PUBLIC_URL', 'CORS_ORIGINS', 'TRUST_PROXY', 'RATE_LIMIT_FACTOR', 'DRAIN_SECONDS', 'SMTP_URL', 'EXPOSE_OTP', ...Object.values(addressVariables),
] as const;

/** The services behind the gateway. */
export type BackendName = keyof typeof addressVariables;
export const backendNames = Object.keys(addressVariables) as BackendName[];

export interface GatewayConfig {
  /** Where people reach the gateway, without a slash at the end. */
  publicUrl: string;
  corsOrigins: readonly string[];
  trustProxy: TrustProxy;
  rateLimitFactor: number;
  /** Replies carry the codes that mails would. */
  isContractMode: boolean;
  drainSeconds: number;
  /** Whether mails may be waiting in the local inbox. */
  mayHaveInbox: boolean;
  /** Where the services are that do not run in this process. */
  addresses: ReadonlyMap<BackendName, readonly string[]>;
}

/**
 * @param isLocal whether a service runs in this process, so that its address is not needed
 * @throws ConfigError naming every variable that is wrong or missing
 */
export const readGatewayConfig = (env: NodeJS.ProcessEnv, isLocal: (service: BackendName) => boolean): GatewayConfig => {
  const remote = backendNames.filter((service) => !isLocal(service));
  const given = readConfig(env, variables, (values) => remote.map((service) => ({ service, variable: addressVariables[service] }))
    .filter(({ variable }) => values[variable]?.length === 0)
    .map(({ service, variable }) => `${variable}: is required, as the ${service} service does not run in this process`));
  return {
    publicUrl: (given.PUBLIC_URL ?? `http://localhost:${given.PORT}`).replace(/\/+$/, ''),
    corsOrigins: given.CORS_ORIGINS,
    trustProxy: trustProxyFrom(given.TRUST_PROXY),
    rateLimitFactor: given.RATE_LIMIT_FACTOR,
    isContractMode: given.EXPOSE_OTP,
    drainSeconds: given.DRAIN_SECONDS,
    mayHaveInbox: given.NODE_ENV !== 'production' && given.SMTP_URL === undefined,
    addresses: new Map(remote.map((service) => [service, given[addressVariables[service]]])),
  };
};
