import { followAccountDeletions, recordGathered, type DeletionTiming } from '@chat-backend/database';
import { createAuditTrail, type InternalHandlers, type ProcessContext, type Service } from '@chat-backend/service-kit';
import { createSocialGraphApp } from './app';
import { readSocialGraphConfig } from './config';
import { openSocialGraphDatabase } from './db';
import { forgetUser } from './personal-data/forget-user';

export interface SocialGraphOptions { deletions?: DeletionTiming }

/** Starts the social-graph service in this process. */
export const startSocialGraph = async (context: ProcessContext, { deletions: timing = {} }: SocialGraphOptions = {}): Promise<Service> => {
  const config = readSocialGraphConfig(context.env);
  const database = openSocialGraphDatabase({ url: context.databaseUrl('social-graph'), poolSize: config.poolSize, metrics: context.metrics });
  const { events, logger } = context;
  const dependencies = { database, config, events, logger };
  const deletions = followAccountDeletions({ part: 'social-graph', tables: database.tables, events, logger, erase: forgetUser(dependencies), timing });
  const audit = createAuditTrail(context, (entries) => recordGathered(database.tables, entries));
  const internal: InternalHandlers = {};
  return {
    name: 'social-graph',
    app: createSocialGraphApp({ context, dependencies, internal, audit }),
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
