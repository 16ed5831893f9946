import { once } from 'node:events';
import { queueSchema } from '@chat-backend/database';
import type { ProcessContext } from '@chat-backend/service-kit';
import { createPostgresBackend, createRedisBackend, type BackendFactory, type ConnectionOptions, type IQueueBackend } from 'bullmq';
import { Redis } from 'ioredis';
import type { OutageLog } from './outage-log';
import { migrateQueueSchema } from './queue-schema';
import { within } from './within';

export interface QueueBackend<B extends IQueueBackend, Connection> {
  factory: BackendFactory<B, Connection>;
  forQueue: Connection;
  forWorker: Connection;
  /** Whether a call has a chance now. */
  isReachable(): boolean;
  /** Tries no longer to come back from an outage, so that closing does not wait for its end. */
  letGo(): void;
  close(): void;
}

export interface QueueBackendOptions {
  context: Pick<ProcessContext, 'redisUrl' | 'databaseUrl'>;
  outage: OutageLog;
}

/** How long a call to the queue may take while its backend is in trouble. */
export const callTimeoutMs = 2_000;
const slowestReconnectMs = 1_000;

const onRedis = async (url: string, outage: OutageLog): Promise<QueueBackend<IQueueBackend, ConnectionOptions>> => {
  // Calls are not made while Redis is away (isReachable) and are given up on after a while: the sweep makes up for them. What was asked
  // when it went away is asked again, not failed: BullMQ keeps a failure of its first words with Redis for ever.
  let isLetGo = false;
  const retryStrategy = (times: number): number | null => isLetGo ? null : Math.min(times * 100, slowestReconnectMs);
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
  client.on('error', outage.failed);
  client.on('ready', outage.works);
  await within(once(client, 'ready'), callTimeoutMs, 'Redis does not answer').catch(outage.failed);
  return {
    factory: createRedisBackend, forQueue: client, forWorker: { url, maxRetriesPerRequest: null, retryStrategy },
    isReachable: () => client.status === 'ready',
    letGo: () => { isLetGo = true; },
    close: () => { client.disconnect(); },
  };
};

/** Hands the backend of the queue on: on Redis where there is Redis, otherwise on Postgres, in a schema of its own. */
export const onQueueBackend = async <Result>(
  { context: { redisUrl, databaseUrl }, outage }: QueueBackendOptions,
  use: <B extends IQueueBackend, Connection>(backend: QueueBackend<B, Connection>) => Result,
): Promise<Result> => {
  if (redisUrl !== undefined) return use(await onRedis(redisUrl, outage));
  const connectionString = databaseUrl('auth');
  await migrateQueueSchema(connectionString);
  const connection = { connectionString, schema: queueSchema, max: 2, connectionTimeoutMillis: 5_000, application_name: 'chat-backend mail queue' };
  return use({ factory: createPostgresBackend, forQueue: connection, forWorker: connection, isReachable: () => true, letGo: () => {}, close: () => {} });
};
