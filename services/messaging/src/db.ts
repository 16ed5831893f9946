import { openDatabase, openHotPool, type Database, type HotPool, type TablesOf } from '@chat-backend/database';
import type { Logger, ProcessContext } from '@chat-backend/service-kit';
import type { MessagingConfig } from './config';

export type MessagingTables = TablesOf<'messaging'>;

/** Writes conversations, chats, messages and their outbox; reads users, friendships, blocks, groups, members, the logs of users and the deletions of accounts. */
export interface MessagingDatabase extends Database<'messaging'> {
  /** For what is run for every message or every reading of chats and histories. */
  hot: HotPool;
  /** For batches and changes of messages that wait for a conversation that somebody else holds. */
  waiting: HotPool;
}

export interface MessagingDatabaseOptions {
  url: string;
  connections: MessagingConfig['connections'];
  /** How long these wait for it. */
  patienceMs: number;
  logger: Logger;
  metrics: ProcessContext['metrics'];
}

export const openMessagingDatabase = ({ url, connections, patienceMs, logger, metrics }: MessagingDatabaseOptions): MessagingDatabase => {
  const onConnectionError = (error: Error): void => { logger.warn({ err: error }, 'a connection to Postgres broke'); };
  const reading = openDatabase('messaging', { url, poolSize: connections.reading, metrics });
  const hot = openHotPool('messaging', { url, poolSize: connections.hot, lockTimeoutMs: patienceMs, onConnectionError, measuredAs: { name: 'hot', metrics } });
  const waiting = openHotPool('messaging', { url, poolSize: connections.waiting, lockTimeoutMs: patienceMs, onConnectionError, measuredAs: { name: 'waiting', metrics } });
  return {
    ...reading, hot, waiting,
    close: async () => { await Promise.all([reading.close(), hot.end(), waiting.end()]); },
  };
};
