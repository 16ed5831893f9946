import type { InternalHandlers, ProcessContext, Service } from '@chat-backend/service-kit';
import { createSocialGraphApp } from './app';
import { readSocialGraphConfig } from './config';
import { openSocialGraphDatabase } from './db';

/** Starts the social-graph service in this process. */
export const startSocialGraph = async (context: ProcessContext): Promise<Service> => {
  const config = readSocialGraphConfig(context.env);
  const database = openSocialGraphDatabase({ url: context.databaseUrl('social-graph'), poolSize: config.poolSize });
  const internal: InternalHandlers = {};
  return {
    name: 'social-graph',
    app: createSocialGraphApp({ context, dependencies: { database, config, events: context.events, logger: context.logger }, internal }),
    internal,
    notReady: () => database.ping().then(() => [], () => ['Postgres does not answer']),
    drain: async () => {},
    close: () => database.close(),
  };
};
