import { followAccountDeletions, recordGathered, type DeletionTiming } from '@chat-backend/database';
import { createAnnouncer, createAuditTrail, type InternalHandlers, type ProcessContext, type Service } from '@chat-backend/service-kit';
import { createMessagingApp } from './app';
import { syncUsers } from './catch-up/sync-users';
import { markChat, markReadOfUser } from './chats/mark-read';
import { readMessagingConfig } from './config';
import { openMessagingDatabase } from './db';
import { groupsOfUsers } from './groups/groups-of-users';
import { membersAmong } from './groups/members-among';
import { createBatchMetrics } from './messages/batch-metrics';
import { lowestUnpushed } from './messages/lowest-unpushed';
import { messagesBetween } from './messages/messages-between';
import { sendBatch } from './messages/send-batch';
import { startOutboxSweep } from './messages/sweep-outbox';
import { eraseAccount } from './personal-data/erase-account';
import { createStoredMetrics } from './stored-metrics';

const forgetOutboxAfterMs = 6 * 3_600_000;

export interface MessagingOptions {
  /** Outbox entries of this age are published by the sweep. Who pushes names its entries well before, with its next batch or with an empty one. */
  outboxAgeMs?: number;
  sweepEveryMs?: number;
  /** How long a batch waits for a conversation that somebody else holds, and how long any statement waits for a lock. */
  patienceMs?: number;
  deletions?: DeletionTiming;
}

/** Starts the messaging service in this process. */
export const startMessaging = async (
  context: ProcessContext, { outboxAgeMs = 2_000, sweepEveryMs = 1_000, patienceMs = 1_000, deletions: timing = {} }: MessagingOptions = {},
): Promise<Service> => {
  const { logger, events } = context;
  const config = readMessagingConfig(context.env);
  const database = openMessagingDatabase({ url: context.databaseUrl('messaging'), connections: config.connections, patienceMs, logger, metrics: context.metrics });
  createStoredMetrics(context.metrics, database);
  const sweep = startOutboxSweep({ database, events, logger, ageMs: outboxAgeMs, everyMs: sweepEveryMs, forgetAfterMs: forgetOutboxAfterMs });
  const announce = createAnnouncer(context);
  const audit = createAuditTrail(context, (entries) => recordGathered(database.tables, entries));
  const mark = markChat(database, announce);
  const sync = syncUsers(database, config.historyEpoch);
  const deletions = followAccountDeletions({
    part: 'messaging', tables: database.tables, events, logger, erase: eraseAccount(database, announce), timing,
    // As long as there are friendships and memberships, there may be new messages.
    isLast: true,
  });
  const internal: InternalHandlers = {
    'send-batch': sendBatch(database, createBatchMetrics(context.metrics)),
    'groups-of-users': groupsOfUsers(database),
    'members-among': membersAmong(database),
    'messages-between': messagesBetween(database),
    'lowest-unpushed': lowestUnpushed(database),
    'sync-users': sync,
    'mark-read': markReadOfUser(mark),
  };
  return {
    name: 'messaging',
    app: createMessagingApp({ ...context, database, internal, announce, mark, syncUsers: sync, audit }),
    internal,
    notReady: () => database.ping().then(() => [], () => ['Postgres does not answer']),
    drain: async () => { await Promise.all([sweep.stop(), deletions.stop()]); },
    async close() {
      await Promise.all([sweep.stop(), deletions.stop()]);
      await audit.close();
      await database.close();
    },
  };
};
