import { followAccountDeletions, recordGathered, type DeletionTiming } from '@chat-backend/database';
import { createAuditTrail, type InternalHandlers, type ProcessContext, type Service } from '@chat-backend/service-kit';
import { createGroupApp } from './app';
import { readGroupConfig } from './config';
import { openGroupDatabase } from './db';
import { leaveAllGroups } from './personal-data/leave-all-groups';

export interface GroupOptions { deletions?: DeletionTiming }

/** Starts the group service in this process. */
export const startGroup = async (context: ProcessContext, { deletions: timing = {} }: GroupOptions = {}): Promise<Service> => {
  const config = readGroupConfig(context.env);
  const database = openGroupDatabase({ url: context.databaseUrl('group'), poolSize: config.poolSize, metrics: context.metrics });
  const { events, logger } = context;
  const dependencies = { database, events, logger };
  const deletions = followAccountDeletions({ part: 'group', tables: database.tables, events, logger, erase: leaveAllGroups(dependencies), timing });
  const audit = createAuditTrail(context, (entries) => recordGathered(database.tables, entries));
  const internal: InternalHandlers = {};
  return {
    name: 'group',
    app: createGroupApp({ context, dependencies, internal, audit }),
    internal,
    notReady: () => database.ping().then(() => [], () => ['Postgres does not answer']),
    drain: () => deletions.stop(),
    async close() {
      await deletions.stop();
      await audit.close();
      await database.close();
    },
  };
};
