import { recordGathered } from '@chat-backend/database';
import { createAuditTrail, type InternalHandlers, type ProcessContext, type Service } from '@chat-backend/service-kit';
import { createGroupApp } from './app';
import { readGroupConfig } from './config';
import { openGroupDatabase } from './db';

/** Starts the group service in this process. */
export const startGroup = async (context: ProcessContext): Promise<Service> => {
  const config = readGroupConfig(context.env);
  const database = openGroupDatabase({ url: context.databaseUrl('group'), poolSize: config.poolSize });
  const audit = createAuditTrail(context, (entries) => recordGathered(database.tables, entries));
  const internal: InternalHandlers = {};
  return {
    name: 'group',
    app: createGroupApp({ context, dependencies: { database, events: context.events, logger: context.logger }, internal, audit }),
    internal,
    notReady: () => database.ping().then(() => [], () => ['Postgres does not answer']),
    drain: async () => {},
    async close() {
      await audit.close();
      await database.close();
    },
  };
};
