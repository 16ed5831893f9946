import type { AuthDatabase } from '../db';

export interface MailCounts { waiting: number; failed: number; sent: number; /** Since when the oldest waits. */ oldestWaiting: Date | null }

/** The table knows what the queue may have lost. */
export const countMailsByStatus = async ({ tables }: AuthDatabase): Promise<MailCounts> => {
  const count = (status: 'waiting' | 'failed' | 'sent'): Promise<number> => tables.mail.count({ where: { status } });
  const [waiting, failed, sent, oldest] = await Promise.all([
    count('waiting'), count('failed'), count('sent'),
    tables.mail.findFirst({ where: { status: 'waiting' }, orderBy: { createdAt: 'asc' }, select: { createdAt: true } }),
  ]);
  return { waiting, failed, sent, oldestWaiting: oldest?.createdAt ?? null };
};
