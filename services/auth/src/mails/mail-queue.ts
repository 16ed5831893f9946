import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { queueSchema } from '@chat-backend/database';
import type { ProcessContext } from '@chat-backend/service-kit';
import { createPostgresBackend, createRedisBackend, Queue, WaitingError, Worker, type BackendFactory, type ConnectionOptions, type IQueueBackend, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { migrateQueueSchema } from './queue-schema';
import type { OutageLog } from './outage-log';
import { within } from './within';

/** A job names its mail's row, and holds nothing else. Its id is the row's too, so that a mail has at most one. */
export interface MailJob { mailId: string }

export interface MailQueue {
  /** @throws when the queue cannot be reached now */
  add(mailId: string): Promise<void>;
  /** Adds the mail unless its job is waiting, delayed or under way; a dead job is replaced. @throws as `add` */
  addIfMissing(mailId: string): Promise<'added' | 'was there'>;
  isWorking(): boolean;
  /** Takes no more jobs and finishes those under way. Idempotent. */
  stopWorking(): Promise<void>;
  close(): Promise<void>;
}

export interface MailQueueOptions {
  context: Pick<ProcessContext, 'redisUrl' | 'databaseUrl'>;
  process: (mailId: string) => Promise<void>;
  concurrency: number;
  firstRetryMs: number;
  outage: OutageLog;
}

const queueName = 'mails';
/** In braces, so that a Redis cluster keeps the queue's keys together. */
const redisPrefix = '{chat-backend}';
/** How long a call to the queue may take while its backend is in trouble. */
const callTimeoutMs = 2_000;
const slowestReconnectMs = 1_000;
/** The row decides when a mail is given up; the job only must not end before. */
const jobAttempts = 50;
const deadJobsKept = { age: 30 * 24 * 60 * 60, count: 10_000 };
const endedStates = ['completed', 'failed'];
const beginnings = 10;
const betweenBeginningsMs = 1_000;

const jobOptions = (mailId: string, firstRetryMs: number): JobsOptions => ({
  jobId: mailId,
  attempts: jobAttempts,
  backoff: { type: 'exponential', delay: firstRetryMs, jitter: 0.2 },
  removeOnComplete: true,
  removeOnFail: deadJobsKept,
  stackTraceLimit: 0,
});

interface Backend<B extends IQueueBackend, Connection> {
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

/** @throws when its first words with a backend that needs them fail */
const open = async <B extends IQueueBackend, Connection>(backend: Backend<B, Connection>, options: MailQueueOptions): Promise<MailQueue> => {
  const { outage, firstRetryMs } = options;
  const underWay = new Set<Promise<void>>();
  let stopping: Promise<void> | undefined;

  const queue = new Queue<MailJob, void, string, MailJob, void, string, B, Connection>(
    queueName, { connection: backend.forQueue, prefix: redisPrefix, streams: { events: { maxLen: 1_000 } } }, backend.factory);
  const worker = new Worker<MailJob, void, string, B, object, Connection>(queueName, async (job, token) => {
    // Closing wakes the worker, which then takes one more: that one goes back.
    if (stopping !== undefined) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const work = options.process(job.data.mailId);
    underWay.add(work);
    try { await work; } finally { underWay.delete(work); }
  }, { connection: backend.forWorker, prefix: redisPrefix, concurrency: options.concurrency, runRetryDelay: 1_000, autorun: false }, backend.factory);
  queue.on('error', outage.failed);
  worker.on('error', outage.failed);
  worker.on('active', outage.works);
  if (backend.needsBeginning) {
    try { await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]); } catch (error) {
      await Promise.allSettled([queue.close(), worker.close()]);
      throw error;
    }
  }
  void worker.run().catch(outage.failed);

  const call = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    if (!backend.isReachable()) throw new Error('the mail queue cannot be reached');
    const result = await within(ask(), callTimeoutMs, 'the mail queue does not answer');
    outage.works();
    return result;
  };
  const add = async (mailId: string): Promise<void> => {
    await call(() => queue.add(queueName, { mailId }, jobOptions(mailId, firstRetryMs)));
  };
  const addIfMissing = async (mailId: string): Promise<'added' | 'was there'> => {
    const state = await call(() => queue.getJobState(mailId));
    if (state !== 'unknown' && !endedStates.includes(state)) return 'was there';
    if (state !== 'unknown') await call(() => queue.remove(mailId));
    await add(mailId);
    return 'added';
  };

  const stop = async (): Promise<void> => {
    // A worker that closes waits for its jobs, but without its backend it waits for ever. Then we wait for the mails ourselves and
    // close it by force: rows tell what was sent, and a job that could not be ended is found to be done when it is taken again.
    const inGoodOrder = backend.isReachable() ? worker.close() : undefined;
    await Promise.allSettled(underWay);
    backend.letGo();
    await within(inGoodOrder ?? worker.close(true), callTimeoutMs, 'the mail worker does not close').catch(outage.failed);
  };

  return {
    add, addIfMissing,
    isWorking: () => worker.isRunning(),
    stopWorking: () => stopping ??= stop(),
    async close() {
      await within(queue.close(), callTimeoutMs, 'the mail queue does not close').catch(outage.failed);
      backend.close();
    },
  };
};

const onRedis = async (url: string, outage: OutageLog): Promise<Backend<IQueueBackend, ConnectionOptions>> => {
  // Calls are not made while Redis is away (isReachable) and are given up on after a while: the sweep makes up for them. What was asked
  // when it went away is asked again, not failed: BullMQ keeps a failure of its first words with Redis for ever.
  let isLetGo = false;
  const retryStrategy = (times: number): number | null => isLetGo ? null : Math.min(times * 100, slowestReconnectMs);
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
  client.on('error', outage.failed);
  client.on('ready', outage.works);
  await within(once(client, 'ready'), callTimeoutMs, 'Redis does not answer').catch(outage.failed);
  return {
    factory: createRedisBackend, forQueue: client, forWorker: { url, maxRetriesPerRequest: null, retryStrategy }, needsBeginning: false,
    isReachable: () => client.status === 'ready',
    letGo: () => { isLetGo = true; },
    close: () => { client.disconnect(); },
  };
};

/**
 * A worker that began with a failure would ask again and again without a pause, and leave this process no turn for anything else. So it begins anew:
 * Postgres may be slow, out of connections, or starting.
 */
const onPostgres = async (connectionString: string, options: MailQueueOptions): Promise<MailQueue> => {
  const connection = { connectionString, schema: queueSchema, max: 2, connectionTimeoutMillis: 5_000, application_name: 'chat-backend mail queue' };
  for (let left = beginnings - 1; ; left -= 1) {
    try {
      await migrateQueueSchema(connectionString);
      return await open({
        factory: createPostgresBackend, forQueue: connection, forWorker: connection, needsBeginning: true, isReachable: () => true, letGo: () => {}, close: () => {},
      }, options);
    } catch (error) {
      if (left === 0) throw error;
      options.outage.failed(error);
      await pause(betweenBeginningsMs);
    }
  }
};

/**
 * Opens the queue and works on it: on Redis where there is Redis, otherwise on Postgres, in a schema of its own.
 * @throws what Postgres says when it does not let the queue begin, after some ten tries
 */
export const openMailQueue = async (options: MailQueueOptions): Promise<MailQueue> => {
  const { context: { redisUrl, databaseUrl }, outage } = options;
  return redisUrl === undefined ? onPostgres(databaseUrl('auth'), options) : open(await onRedis(redisUrl, outage), options);
};
