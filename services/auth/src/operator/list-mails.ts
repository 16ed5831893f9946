import type { Prisma } from '@chat-backend/database';
import type { AuthDatabase } from '../db';

export interface MailFilter {
  status?: 'waiting' | 'failed' | 'sent' | undefined;
  limit: number;
  /** The last id of the page before. */
  afterId?: string | undefined;
}

const shown = {
  id: true, userId: true, kind: true, address: true, status: true, failures: true, lastError: true, createdAt: true, sentAt: true,
} as const satisfies Prisma.MailSelect;
export type ListedMail = Prisma.MailGetPayload<{ select: typeof shown }>;

/** A page of mails, the newest first; without a status those that did not leave: waiting and failed. */
export const listMails = ({ tables }: AuthDatabase) => async ({ status, limit, afterId }: MailFilter): Promise<{ mails: ListedMail[]; nextId: string | undefined }> => {
  const found = await tables.mail.findMany({
    where: { status: status ?? { in: ['waiting', 'failed'] }, ...(afterId === undefined ? {} : { id: { lt: afterId } }) },
    select: shown, orderBy: { id: 'desc' }, take: limit + 1,
  });
  const mails = found.slice(0, limit);
  return { mails, nextId: found.length > limit ? mails.at(-1)?.id : undefined };
};
