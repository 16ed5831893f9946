import { createStoredGauge, type ProcessContext } from '@chat-backend/service-kit';
import type { MessagingDatabase } from './db';

/** Figures of the whole database, read when somebody asks for them: every process of the service says the same. */
export const createStoredMetrics = (registry: ProcessContext['metrics'], { waiting }: Pick<MessagingDatabase, 'waiting'>): void => {
  const readNumber = (name: string, text: string) => async (): Promise<number> => {
    const { rows } = await waiting.query<[string | null]>({ name, text, rowMode: 'array' });
    return Number(rows[0]?.[0] ?? 0);
  };
  createStoredGauge({
    registry, name: 'messaging_outbox_oldest_seconds', help: 'Age of the oldest committed messages that nobody has pushed yet, as far as is known',
    read: readNumber('outbox-oldest', `select extract(epoch from clock_timestamp() - created_at) from message_outbox order by id limit 1`),
  });
  createStoredGauge({
    registry, name: 'chat_database_bytes', help: 'Size of the database on its disk', read: readNumber('database-bytes', 'select pg_database_size(current_database())'),
  });
  createStoredGauge({
    registry, name: 'chat_database_archive_failing', help: '1 while Postgres cannot archive its log, and point-in-time restore ends at the last file that it could; 0 where it archives or is not told to',
    read: readNumber('archive-failing', 'select (last_failed_time > coalesce(last_archived_time, \'-infinity\'))::int from pg_stat_archiver'),
  });
};
