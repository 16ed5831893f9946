import { Queue, type IQueueBackend, type JobsOptions } from 'bullmq';
import type { OutageLog } from './outage-log';
import { callTimeoutMs, type QueueBackend } from './queue-backend';
import { within } from './within';

/** A job names its mail's row, and holds nothing else. Its id is the row's too, so that a mail has at most one. */
export interface MailJob { mailId: string }

/** The jobs of the queue, without working on them. */
export interface MailJobs<B extends IQueueBackend, Connection> {
  queue: Queue<MailJob, void, string, MailJob, void, string, B, Connection>;
  /** Asks the queue. @throws when it cannot be reached now */
  call<Result>(ask: () => Promise<Result>): Promise<Result>;
  /** @throws when the queue cannot be reached now */
  add(mailId: string): Promise<void>;
  /** Adds the mail unless its job is waiting, delayed or under way; a dead job is replaced. @throws as `add` */
  addIfMissing(mailId: string): Promise<'added' | 'was there'>;
  close(): Promise<void>;
}

export const queueName = 'mails';
/** In braces, so that a Redis cluster keeps the queue's keys together. */
export const redisPrefix = '{chat-backend}';
/** The row decides when a mail is given up; the job only must not end before, and a day has fewer quarters of an hour. */
const jobAttempts = 200;
/** How the worker calls its own plan of pauses (retry-plan.ts). */
const backoff = { type: 'retry plan' };
const deadJobsKept = { age: 30 * 24 * 60 * 60, count: 10_000 };
const endedStates = ['completed', 'failed'];

const jobOptions = (mailId: string): JobsOptions => ({
  jobId: mailId,
  attempts: jobAttempts,
  backoff,
  removeOnComplete: true,
  removeOnFail: deadJobsKept,
  stackTraceLimit: 0,
});

export const openMailJobs = <B extends IQueueBackend, Connection>(
  backend: QueueBackend<B, Connection>, { outage }: { outage: OutageLog },
): MailJobs<B, Connection> => {
  const queue: MailJobs<B, Connection>['queue'] = new Queue(
    queueName, { connection: backend.forQueue, prefix: redisPrefix, streams: { events: { maxLen: 1_000 } } }, backend.factory);
  queue.on('error', outage.failed);

  const call = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    if (!backend.isReachable()) throw new Error('the mail queue cannot be reached');
    const result = await within(ask(), callTimeoutMs, 'the mail queue does not answer');
    outage.works();
    return result;
  };
  const add = async (mailId: string): Promise<void> => {
    await call(() => queue.add(queueName, { mailId }, jobOptions(mailId)));
  };
  const addIfMissing = async (mailId: string): Promise<'added' | 'was there'> => {
    const state = await call(() => queue.getJobState(mailId));
    if (state !== 'unknown' && !endedStates.includes(state)) return 'was there';
    if (state !== 'unknown') await call(() => queue.remove(mailId));
    await add(mailId);
    return 'added';
  };

  return {
    queue, call, add, addIfMissing,
    async close() {
      await within(queue.close(), callTimeoutMs, 'the mail queue does not close').catch(outage.failed);
      backend.close();
      outage.ended();
    },
  };
};
