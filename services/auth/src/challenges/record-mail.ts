import { newId } from '@chat-backend/database';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import type { ChallengePurpose } from './handles';
import type { MailKind } from './link-token';

export const mailKinds: Record<ChallengePurpose, MailKind> = { verify: 'verifyAddress', mfa: 'signInCode', reset: 'resetPassword', twoFactor: 'twoFactorCode' };

export interface NewMail {
  userId: string;
  address: string;
  kind: MailKind;
  /** The challenge, and its turn, whose code the mail carries. */
  challenge?: { id: string; turn: number };
}

/** Records a mail beside what it tells of, in the same transaction: it is sent if and only if that was committed. */
export const recordMail = async (tables: AuthTables, { userId, address, kind, challenge }: NewMail): Promise<string> => {
  const id = newId();
  await tables.mail.create({ data: { id, userId, address, kind, challengeId: challenge?.id ?? null, challengeTurn: challenge?.turn ?? null } });
  return id;
};

/** How many mails of a kind the user was written lately. */
export const countMails = (tables: AuthTables, userId: string, kind: MailKind, withinSeconds: number): Promise<number> =>
  tables.mail.count({ where: { userId, kind, createdAt: { gt: new Date(Date.now() - withinSeconds * 1000) } } });

/** After commit. Nobody waits for it, and when it fails the sweep of waiting mails finds the row. */
export const wakeDelivery = ({ mails, logger }: Pick<AuthDependencies, 'mails' | 'logger'>, mailId: string | undefined): void => {
  if (mailId === undefined) return;
  mails.enqueue(mailId).catch((error: unknown) => { logger.warn({ err: error, mailId }, 'a mail could not be queued; the sweep will'); });
};
