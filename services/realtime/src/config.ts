import { readConfig } from '@chat-backend/service-kit';

export const readRealtimeConfig = (env: NodeJS.ProcessEnv) => {
  const { CORS_ORIGINS, MESSAGING_URL } = readConfig(env, ['CORS_ORIGINS', 'MESSAGING_URL']);
  return { corsOrigins: CORS_ORIGINS, messagingAddresses: MESSAGING_URL };
};
export type RealtimeConfig = ReturnType<typeof readRealtimeConfig>;
