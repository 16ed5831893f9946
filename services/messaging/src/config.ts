import { readConfig } from '@chat-backend/service-kit';

/** Connections that wait for held conversations: apart, so that the others never stand behind them. */
const waitingConnections = 2;

/** Shares DATABASE_POOL_SIZE out; each part has at least one connection: a size below 4 is exceeded. */
const sharePool = (size: number) => {
  const rest = Math.max(2, size - waitingConnections);
  const hot = Math.ceil(rest / 2);
  return { hot, waiting: waitingConnections, reading: rest - hot };
};

export const readMessagingConfig = (env: NodeJS.ProcessEnv) => {
  const { DATABASE_POOL_SIZE, HISTORY_EPOCH } = readConfig(env, ['DATABASE_POOL_SIZE', 'HISTORY_EPOCH']);
  return { connections: sharePool(DATABASE_POOL_SIZE), historyEpoch: HISTORY_EPOCH };
};
export type MessagingConfig = ReturnType<typeof readMessagingConfig>;
