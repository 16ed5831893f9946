import type { Logger } from '@chat-backend/service-kit';
import { UnrecoverableError } from 'bullmq';
import type { AuthDatabase } from '../db';
import type { MailMetrics } from './mail-metrics';
import type { MailRow, MailWithChallenge } from './mail-row';
import { MailRefused, type MailTransport } from './mail-transport';
import { isNotice, undeliverableReason } from './undeliverable-reason';
import { writeMail, type MailParts, type MailSecrets } from './write-mail';

export interface SendMailDependencies {
  database: AuthDatabase;
  transport: MailTransport;
  codeFor: (challengeId: string, turn: number) => string;
  linkFor: (mail: MailRow) => string | undefined;
  /** Where people find this installation. */
  publicUrl: string;
  metrics: MailMetrics;
  logger: Logger;
  /** Failures after which a mail with a code is given up. */
  attempts: number;
}

/** Deliveries whose end nobody knows: the receiver may have the mail this often, and never more often. */
const mostUnknownDeliveries = 2;
const longestErrorKept = 300;

const secretsOf = (mail: MailRow, { codeFor, linkFor }: SendMailDependencies): MailSecrets => {
  const link = linkFor(mail);
  const hasCode = mail.challengeId !== null && mail.challengeTurn !== null;
  return {
    ...(hasCode ? { code: codeFor(mail.challengeId as string, mail.challengeTurn as number) } : {}),
    ...(link === undefined ? {} : { link }),
  };
};

const timeLeft = ({ challenge }: MailWithChallenge): Pick<MailParts, 'secondsLeft'> => (challenge === null ? {} : { secondsLeft: (challenge.expiresAt.getTime() - Date.now()) / 1000 });

/** An error's words for rows, jobs and logs. Servers quote what they refuse, so whatever looks like an address, a code or a token goes. */
const speakableError = (error: unknown): string =>
  String(error instanceof Error ? error.message : error)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/\S*@\S*/g, '…')
    .replaceAll(/\S{24,}/g, '…')
    .replaceAll(/\d{6,}/g, '…')
    .slice(0, longestErrorKept);

/**
 * Sends the mail of a row, at most twice when the end of a delivery is not known.
 * Resolves when nothing is left to do; the caller tries again, later, after an error that is not unrecoverable.
 */
export const sendMail = (dependencies: SendMailDependencies) => {
  const { database, transport, metrics, logger, attempts } = dependencies;
  const { mail: mails } = database.tables;

  const find = (id: string): Promise<MailWithChallenge | null> => mails.findUnique({ where: { id }, include: { challenge: true, user: { select: { disabledAt: true } } } });

  const giveUp = async ({ id, kind }: MailRow, lastError: string): Promise<void> => {
    const { count } = await mails.updateMany({ where: { id, status: 'waiting' }, data: { status: 'failed', lastError } });
    if (count === 0) return;
    metrics.failed.inc();
    logger.warn({ mailId: id, kind, reason: lastError }, 'mail given up');
  };

  /** Committed before the first byte leaves, so that a process that dies half-way has counted. */
  const begin = async (id: string): Promise<boolean> => {
    const { count } = await mails.updateMany({
      where: { id, status: 'waiting', deliveriesBegun: { lt: mostUnknownDeliveries } },
      data: { deliveriesBegun: { increment: 1 } },
    });
    return count === 1;
  };

  const recordFailure = (id: string, lastError: string, wasRefused: boolean): Promise<MailRow> => mails.update({
    where: { id },
    data: { failures: { increment: 1 }, lastError, ...(wasRefused ? { deliveriesBegun: { decrement: 1 } } : {}) },
  });

  const fail = async (mail: MailRow, error: unknown): Promise<never> => {
    const refused = error instanceof MailRefused ? error : undefined;
    const reason = refused === undefined ? `it may have arrived: ${speakableError(error)}` : speakableError(refused);
    const { failures, deliveriesBegun } = await recordFailure(mail.id, reason, refused !== undefined);
    const mayBeTried = isNotice(mail.kind) || failures < attempts;
    if (refused?.isFinal !== true && mayBeTried && deliveriesBegun < mostUnknownDeliveries) {
      logger.info({ mailId: mail.id, kind: mail.kind, failures, reason }, 'mail not sent; it is tried again');
      throw new Error(reason);
    }
    await giveUp(mail, reason);
    throw new UnrecoverableError(reason);
  };

  return async (mailId: string): Promise<void> => {
    const mail = await find(mailId);
    if (mail?.status !== 'waiting') return;
    const obstacle = undeliverableReason(mail, new Date());
    if (obstacle !== undefined) { await giveUp(mail, obstacle); return; }
    if (!await begin(mail.id)) { await giveUp(mail, 'two deliveries ended without an answer'); return; }
    const secrets = secretsOf(mail, dependencies);
    const content = writeMail(mail.kind, { ...secrets, ...timeLeft(mail) }, dependencies.publicUrl);
    try {
      await transport.deliver({ id: mail.id, to: mail.address, createdAt: mail.createdAt, ...secrets, ...content });
    } catch (error) {
      return fail(mail, error);
    }
    await mails.update({ where: { id: mail.id }, data: { status: 'sent', sentAt: new Date(), lastError: null } });
    metrics.sent.inc();
    logger.info({ mailId: mail.id, kind: mail.kind }, 'mail sent');
  };
};
