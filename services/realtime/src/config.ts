import { readConfig, trustProxyFrom } from '@chat-backend/service-kit';

/** @throws ConfigError */
export const readRealtimeConfig = (env: NodeJS.ProcessEnv) => {
  const given = readConfig(env, ['CORS_ORIGINS', 'MESSAGING_URL', 'PUBLIC_URL', 'RATE_LIMIT_FACTOR', 'SOCKET_BUFFER_BYTES', 'SOCKET_MAX_AGE_SECONDS', 'TRUST_PROXY']);
  return {
    corsOrigins: given.CORS_ORIGINS, publicUrl: given.PUBLIC_URL, trustProxy: trustProxyFrom(given.TRUST_PROXY), messagingAddresses: given.MESSAGING_URL,
    rateLimitFactor: given.RATE_LIMIT_FACTOR, socketBufferBytes: given.SOCKET_BUFFER_BYTES,
    /** 0: a socket lives as long as its session. */
    socketMaxAgeMs: given.SOCKET_MAX_AGE_SECONDS * 1000,
  };
};
export type RealtimeConfig = ReturnType<typeof readRealtimeConfig>;
