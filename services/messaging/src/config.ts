import { readConfig } from '@chat-backend/service-kit';

/** Connections that wait for held conversations: apart, so that the others never stand behind them. */
const waitingConnections = 2;

/** What changes messages waits for held conversations, too, and not among those that are being sent into them. */
const changingConnections = 1;

/** Shares DATABASE_POOL_SIZE out; each part has at least one connection: a size below 5 is exceeded. */
const sharePool = (size: number) => {
  const rest = Math.max(2, size - waitingConnections - changingConnections);
  const hot = Math.ceil(rest / 2);
  return { hot, waiting: waitingConnections, changing: changingConnections, reading: rest - hot };
};

export const readMessagingConfig = (env: NodeJS.ProcessEnv) => {
  const { DATABASE_POOL_SIZE, HISTORY_EPOCH } = readConfig(env, ['DATABASE_POOL_SIZE', 'HISTORY_EPOCH']);
  return { connections: sharePool(DATABASE_POOL_SIZE), historyEpoch: HISTORY_EPOCH };
};
export type MessagingConfig = ReturnType<typeof readMessagingConfig>;
