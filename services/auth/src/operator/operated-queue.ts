import type { IQueueBackend } from 'bullmq';
import { openMailJobs, type MailJobs } from '../mails/mail-jobs';
import { begin, onQueueBackend, type QueueBackendOptions } from '../mails/queue-backend';

export interface QueueState {
  place: 'redis' | 'postgres';
  isPaused: boolean;
  /** By state: waiting, active, delayed, failed … */
  jobs: Record<string, number>;
}

/** The queue of mails, for looking at it and hurrying it; nothing is worked on here. */
export interface OperatedQueue {
  /** @throws when the queue cannot be reached now */
  state(): Promise<QueueState>;
  /** Has the mail's job done next, whatever it waits for. Never fails: what the queue does not take is found by the services. */
  hurry(mailId: string): Promise<'queued' | 'left to the sweep'>;
  close(): Promise<void>;
}

const operate = <B extends IQueueBackend, Connection>({ queue, call, addIfMissing, close }: MailJobs<B, Connection>, place: QueueState['place']): OperatedQueue => ({
  async state() {
    const [jobs, isPaused] = await call(() => Promise.all([queue.getJobCounts('waiting', 'active', 'delayed', 'failed'), queue.isPaused()]));
    return { place, isPaused, jobs };
  },
  async hurry(mailId) {
    try {
      if (await addIfMissing(mailId) === 'was there') {
        const job = await call(() => queue.getJob(mailId));
        if (job !== undefined && await call(() => job.isDelayed())) await call(() => job.promote());
      }
      return 'queued';
    } catch {
      return 'left to the sweep';
    }
  },
  close,
});

export const openOperatedQueue = (options: QueueBackendOptions): Promise<OperatedQueue> => onQueueBackend(options, async (backend) => {
  const jobs = openMailJobs(backend, options);
  await begin(backend, jobs.queue);
  return operate(jobs, options.context.redisUrl === undefined ? 'postgres' : 'redis');
});
