import { recordGathered } from '@chat-backend/database';
import { createAuditTrail, type InternalHandlers, type ProcessContext, type Service } from '@chat-backend/service-kit';
import { createSocialGraphApp } from './app';
import { readSocialGraphConfig } from './config';
import { openSocialGraphDatabase } from './db';

/** Starts the social-graph service in this process. */
export const startSocialGraph = async (context: ProcessContext): Promise<Service> => {
  const config = readSocialGraphConfig(context.env);
  const database = openSocialGraphDatabase({ url: context.databaseUrl('social-graph'), poolSize: config.poolSize });
  const audit = createAuditTrail(context, (entries) => recordGathered(database.tables, entries));
  const internal: InternalHandlers = {};
  return {
    name: 'social-graph',
    app: createSocialGraphApp({ context, dependencies: { database, config, events: context.events, logger: context.logger }, internal, audit }),
    internal,
    notReady: () => database.ping().then(() => [], () => ['Postgres does not answer']),
    drain: async () => {},
    async close() {
      await audit.close();
      await database.close();
    },
  };
};
