import type { Logger } from '@chat-backend/service-kit';
import type { AuthDatabase } from '../db';
import type { MailQueue } from './mail-queue';

const pageSize = 200;

/**
 * Adds every mail that has waited for longer than this age and has no job: its process died before it added one, or the queue was emptied.
 * @returns how many it added
 */
const sweepMails = async (database: AuthDatabase, queue: MailQueue, olderThanMs: number): Promise<number> => {
  const createdAt = { lt: new Date(Date.now() - olderThanMs) };
  let added = 0;
  for (let lastId: string | undefined; ;) {
    const page = await database.tables.mail.findMany({
      where: { status: 'waiting', createdAt, ...(lastId === undefined ? {} : { id: { gt: lastId } }) },
      select: { id: true }, orderBy: { id: 'asc' }, take: pageSize,
    });
    for (const { id } of page) if (await queue.addIfMissing(id) === 'added') added += 1;
    lastId = page.at(-1)?.id;
    if (page.length < pageSize) return added;
  }
};

export interface Sweeping { stop(): Promise<void> }

/** Sweeps now and then after each pause, until it is stopped. A mail is found at the latest two pauses after it was written. */
export const keepSweeping = (options: { database: AuthDatabase; queue: MailQueue; everyMs: number; logger: Logger; onError: (error: unknown) => void }): Sweeping => {
  const { database, queue, everyMs, logger, onError } = options;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running: Promise<void>;

  const sweep = async (): Promise<void> => {
    try {
      const added = await sweepMails(database, queue, everyMs);
      if (added > 0) logger.info({ added }, 'waiting mails without a job were added to the queue');
    } catch (error) {
      onError(error);
    }
    if (!isStopped) timer = setTimeout(() => { running = sweep(); }, everyMs).unref();
  };

  running = sweep();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
