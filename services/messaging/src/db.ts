import { openDatabase, openHotPool, type Database, type HotPool, type TablesOf } from '@chat-backend/database';
import type { Logger, ProcessContext } from '@chat-backend/service-kit';
import type { MessagingConfig } from './config';

export type MessagingTables = TablesOf<'messaging'>;

/** Writes conversations, chats, messages and their outbox; reads users, friendships, blocks, groups, members, the logs of users and the deletions of accounts. */
export interface MessagingDatabase extends Database<'messaging'> {
  /** For what is run for every message or every reading of chats and histories. */
  hot: HotPool;
  /** For batches that wait for a conversation that somebody else holds, and for the sweep of the outbox, which takes one connection at the most. */
  waiting: HotPool;
  /** For changes of messages, which wait for such conversations as well: edits, and the erasing of an account's texts. */
  changing: HotPool;
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
  const open = (name: 'hot' | 'waiting' | 'changing'): HotPool =>
    openHotPool('messaging', { url, poolSize: connections[name], lockTimeoutMs: patienceMs, onConnectionError, measuredAs: { name, metrics } });
  const [hot, waiting, changing] = [open('hot'), open('waiting'), open('changing')];
  return {
    ...reading, hot, waiting, changing,
    close: async () => { await Promise.all([reading.close(), hot.end(), waiting.end(), changing.end()]); },
  };
};
