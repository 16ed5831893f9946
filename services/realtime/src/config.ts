import { readConfig } from '@chat-backend/service-kit';

export const readRealtimeConfig = (env: NodeJS.ProcessEnv) => {
  const given = readConfig(env, ['CORS_ORIGINS', 'MESSAGING_URL', 'RATE_LIMIT_FACTOR', 'SOCKET_BUFFER_BYTES']);
  return {
    corsOrigins: given.CORS_ORIGINS, messagingAddresses: given.MESSAGING_URL,
    rateLimitFactor: given.RATE_LIMIT_FACTOR, socketBufferBytes: given.SOCKET_BUFFER_BYTES,
  };
};
export type RealtimeConfig = ReturnType<typeof readRealtimeConfig>;
