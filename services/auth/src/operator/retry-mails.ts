import { recordAudit, type AuditedCall } from '@chat-backend/database';
import type { AuthDatabase } from '../db';
import type { OperatedQueue } from './operated-queue';
import type { MailWithChallenge } from '../mails/mail-row';
import { undeliverableReason } from '../mails/undeliverable-reason';

export interface RetryDependencies { database: AuthDatabase; queue: Pick<OperatedQueue, 'hurry'> }

/** What became of one mail: `queued` goes at once, `left to the sweep` when the services look for it, as the queue does not answer. */
export type Retried = { mailId: string; outcome: 'queued' | 'left to the sweep' } | { mailId: string; outcome: 'not sent'; reason: string };

const pageSize = 200;
const include = { challenge: true, user: { select: { disabledAt: true } } } as const;

/** Counts from the start again. A worker writes to a mail that waits: that one is left as it is. */
const makeWait = ({ database }: RetryDependencies, origin: AuditedCall, { id, userId }: MailWithChallenge): Promise<void> => database.transaction(async (tables) => {
  const { count } = await tables.mail.updateMany({ where: { id, status: 'failed' }, data: { status: 'waiting', failures: 0, deliveriesBegun: 0, lastError: null } });
  if (count === 1) await recordAudit(tables, origin, { action: 'mail.retried', subjectId: userId, objectId: id });
});

const retry = async (dependencies: RetryDependencies, origin: AuditedCall, mail: MailWithChallenge): Promise<Retried> => {
  const { id: mailId } = mail;
  const reason = mail.status === 'sent' ? 'it was sent' : undeliverableReason(mail, new Date());
  if (reason !== undefined) return { mailId, outcome: 'not sent', reason };
  await makeWait(dependencies, origin, mail);
  return { mailId, outcome: await dependencies.queue.hurry(mailId) };
};

/** Has one mail sent again, or at once if it waits for its next attempt. @returns undefined: there is no such mail */
export const retryMail = (dependencies: RetryDependencies) => async (origin: AuditedCall, mailId: string): Promise<Retried | undefined> => {
  const mail = await dependencies.database.tables.mail.findUnique({ where: { id: mailId }, include });
  return mail === null ? undefined : retry(dependencies, origin, mail);
};

/** Does so with each mail that did not leave, the oldest first, and tells what became of it. */
export const retryAllMails = (dependencies: RetryDependencies) => async (origin: AuditedCall, tell: (retried: Retried) => void): Promise<void> => {
  for (let lastId: string | undefined; ;) {
    const page = await dependencies.database.tables.mail.findMany({
      where: { status: { in: ['waiting', 'failed'] }, ...(lastId === undefined ? {} : { id: { gt: lastId } }) }, include, orderBy: { id: 'asc' }, take: pageSize,
    });
    for (const mail of page) tell(await retry(dependencies, origin, mail));
    lastId = page.at(-1)?.id;
    if (page.length < pageSize) return;
  }
};
