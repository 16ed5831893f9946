import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
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
  /** Whether the first words with it must have succeeded before it is used: BullMQ keeps a failure of theirs for ever. */
  needsBeginning: boolean;
  /** Whether a call has a chance now. */
  isReachable(): boolean;
  /** Tries no longer to come back from an outage, so that closing does not wait for its end. */
  letGo(): void;
  close(): void;
}

export interface QueueBackendOptions {
  context: Pick<ProcessContext, 'redisUrl' | 'databaseUrl'>;
  outage: OutageLog;
  /** Default: the product's. A backend that says nothing for so long, though it was asked, is connected to anew. */
  silentForMs?: number;
}

/** How long a call to the queue may take while its backend is in trouble. */
export const callTimeoutMs = 2_000;
/** Longer than the ten seconds for which a worker asks Redis to hold its answer back. */
const productSilentForMs = 20_000;
const slowestReconnectMs = 1_000;
const beginnings = 10;
const betweenBeginningsMs = 1_000;

/** A queue or a worker. */
interface Part { waitUntilReady(): Promise<unknown>; close(): Promise<void> }

/**
 * Returns when these have spoken with their backend, if it needs that.
 * @throws what it answered; then they are closed
 */
export const begin = async ({ needsBeginning }: { needsBeginning: boolean }, ...parts: Part[]): Promise<void> => {
  if (!needsBeginning) return;
  try { await Promise.all(parts.map((part) => part.waitUntilReady())); } catch (error) {
    await Promise.allSettled(parts.map((part) => part.close()));
    throw error;
  }
};

const onRedis = async (url: string, outage: OutageLog, silentForMs: number): Promise<QueueBackend<IQueueBackend, ConnectionOptions>> => {
  // Calls are not made while Redis is away (isReachable) and are given up on after a while: the sweep makes up for them. What was asked
  // when it went away is asked again, not failed: BullMQ keeps a failure of its first words with Redis for ever.
  let isLetGo = false;
  const retryStrategy = (times: number): number | null => isLetGo ? null : Math.min(times * 100, slowestReconnectMs);
  const options = { maxRetriesPerRequest: null, retryStrategy, socketTimeout: silentForMs, disconnectTimeout: 100 };
  const client = new Redis(url, options);
  client.on('error', outage.failed);
  client.on('ready', outage.works);
  await within(once(client, 'ready'), callTimeoutMs, 'Redis does not answer').catch(outage.failed);
  return {
    factory: createRedisBackend, forQueue: client, forWorker: { url, ...options }, needsBeginning: false,
    isReachable: () => client.status === 'ready',
    letGo: () => { isLetGo = true; },
    close: () => { client.disconnect(); },
  };
};

type Use<Result> = <B extends IQueueBackend, Connection>(backend: QueueBackend<B, Connection>) => Promise<Result>;

/**
 * A worker that began with a failure would ask again and again without a pause, and leave this process no turn for anything else. So it begins anew:
 * Postgres may be slow, out of connections, or starting.
 */
const onPostgres = async <Result>(connectionString: string, outage: OutageLog, silentForMs: number, use: Use<Result>): Promise<Result> => {
  const connection = {
    connectionString, schema: queueSchema, max: 2, connectionTimeoutMillis: 5_000, query_timeout: silentForMs, application_name: 'chat-backend mail queue',
  };
  for (let left = beginnings - 1; ; left -= 1) {
    try {
      await migrateQueueSchema(connectionString);
      return await use({
        factory: createPostgresBackend, forQueue: connection, forWorker: connection, needsBeginning: true, isReachable: () => true, letGo: () => {}, close: () => {},
      });
    } catch (error) {
      if (left === 0) throw error;
      outage.failed(error);
      await pause(betweenBeginningsMs);
    }
  }
};

/**
 * Hands the backend of the queue on: on Redis where there is Redis, otherwise on Postgres, in a schema of its own.
 * @throws what Postgres says when it does not let the queue begin, after some ten tries
 */
export const onQueueBackend = async <Result>(
  { context: { redisUrl, databaseUrl }, outage, silentForMs = productSilentForMs }: QueueBackendOptions, use: Use<Result>,
): Promise<Result> => redisUrl === undefined ? onPostgres(databaseUrl('auth'), outage, silentForMs, use) : use(await onRedis(redisUrl, outage, silentForMs));
