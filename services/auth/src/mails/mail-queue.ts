import { WaitingError, Worker, type IQueueBackend } from 'bullmq';
import { openMailJobs, queueName, redisPrefix, type MailJob } from './mail-jobs';
import { begin, callTimeoutMs, onQueueBackend, type QueueBackend, type QueueBackendOptions } from './queue-backend';
import { pauseBeforeRetry } from './retry-plan';
import { within } from './within';

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

export interface MailQueueOptions extends QueueBackendOptions {
  process: (mailId: string) => Promise<void>;
  concurrency: number;
  firstRetryMs: number;
}

const open = async <B extends IQueueBackend, Connection>(backend: QueueBackend<B, Connection>, options: MailQueueOptions): Promise<MailQueue> => {
  const { outage } = options;
  const underWay = new Set<Promise<void>>();
  let stopping: Promise<void> | undefined;

  const { queue, add, addIfMissing, close } = openMailJobs(backend, options);
  const settings = { backoffStrategy: (attemptsMade: number) => pauseBeforeRetry(attemptsMade, options.firstRetryMs) };
  const worker = new Worker<MailJob, void, string, B, object, Connection>(queueName, async (job, token) => {
    // Closing wakes the worker, which then takes one more: that one goes back.
    if (stopping !== undefined) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const work = options.process(job.data.mailId);
    underWay.add(work);
    try { await work; } finally { underWay.delete(work); }
  }, { connection: backend.forWorker, prefix: redisPrefix, concurrency: options.concurrency, runRetryDelay: 1_000, autorun: false, settings }, backend.factory);
  worker.on('error', outage.failed);
  worker.on('active', outage.works);
  await begin(backend, queue, worker);
  void worker.run().catch(outage.failed);

  const stop = async (): Promise<void> => {
    // A worker that closes waits for its jobs, but without its backend it waits for ever. Then we wait for the mails ourselves and
    // close it by force: rows tell what was sent, and a job that could not be ended is found to be done when it is taken again.
    const inGoodOrder = backend.isReachable() ? worker.close() : undefined;
    await Promise.allSettled(underWay);
    backend.letGo();
    await within(inGoodOrder ?? worker.close(true), callTimeoutMs, 'the mail worker does not close').catch(outage.failed);
  };

  return {
    add, addIfMissing, close,
    isWorking: () => worker.isRunning(),
    stopWorking: () => stopping ??= stop(),
  };
};

/** Opens the queue and works on it: on Redis where there is Redis, otherwise on Postgres. */
export const openMailQueue = (options: MailQueueOptions): Promise<MailQueue> => onQueueBackend(options, (backend) => open(backend, options));
