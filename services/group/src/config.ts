import { readConfig } from '@chat-backend/service-kit';

export const readGroupConfig = (env: NodeJS.ProcessEnv) => {
  const { DATABASE_POOL_SIZE } = readConfig(env, ['DATABASE_POOL_SIZE']);
  return { poolSize: DATABASE_POOL_SIZE };
};
export type GroupConfig = ReturnType<typeof readGroupConfig>;
