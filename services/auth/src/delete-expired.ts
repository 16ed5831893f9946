import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@chat-backend/service-kit';
import { deleteOldEntries } from './audit/delete-old-entries';
import type { AuthConfig } from './config';
import type { AuthDatabase } from './db';
import type { MailRow } from './mails/mail-row';
import { deleteUnverifiedAccounts } from './personal-data/delete-unverified-accounts';
import { forgetNetworks } from './two-factor/bound-guesses';

const intervalMs = 10 * 60 * 1000;
const secondsAgo = (seconds: number): Date => new Date(Date.now() - seconds * 1000);
const hour = 60 * 60;
/** The longest that an access token lives, and more: `revoked-since` names its session until then. */
const keepEndedSessions = 25 * hour;
/** A refresh token that was used so long ago opens nothing; it is kept only so that its theft is noticed. */
const keepUsedRefreshTokens = 7 * 24 * hour;
/** Codes are counted over the last hour. */
const keepChallenges = 2 * hour;
/** Whatever a mail says, its reader can do nothing with it after a day (mails/undeliverable-reason.ts), sent or not; operators look at what was given up. */
const keepMails = 30 * 24 * hour;
/** A secret that was shown waits ten minutes for its first code. */
const keepUnconfirmedSecrets = hour;
/** All there are: each is named for the sake of the index. */
const mailStatuses: MailRow['status'][] = ['waiting', 'sent', 'failed'];
/** Deleted in one statement, so that none holds much for long, however much there is. A session takes hundreds of refresh tokens along. */
const rowsAtOnce = 1_000;

const inParts = async (atOnce: number, deleteSome: (limit: number) => Promise<{ count: number }>): Promise<void> => {
  let deleted = atOnce;
  while (deleted === atOnce) ({ count: deleted } = await deleteSome(atOnce));
};

/** Deletes what is over and of no more use; what belongs to a session goes with it, but for its event in the user's log, which stays until the session would have expired. */
export const deleteExpired = async ({ tables }: Pick<AuthDatabase, 'tables'>, atOnce = rowsAtOnce): Promise<void> => {
  const overSessions = { OR: [{ expiresAt: { lt: secondsAgo(keepEndedSessions) } }, { revokedAt: { lt: secondsAgo(keepEndedSessions) } }] };
  await inParts(atOnce, (limit) => tables.session.deleteMany({ where: overSessions, limit }));
  await inParts(atOnce, (limit) => tables.refreshToken.deleteMany({ where: { usedAt: { lt: secondsAgo(keepUsedRefreshTokens) } }, limit }));
  await inParts(atOnce, (limit) => tables.challenge.deleteMany({ where: { expiresAt: { lt: secondsAgo(keepChallenges) } }, limit }));
  const oldMails = { status: { in: mailStatuses }, createdAt: { lt: secondsAgo(keepMails) } };
  await inParts(atOnce, (limit) => tables.mail.deleteMany({ where: oldMails, limit }));
  await tables.totpSecret.deleteMany({ where: { confirmedAt: null, createdAt: { lt: secondsAgo(keepUnconfirmedSecrets) } } });
  await forgetNetworks(tables);
  await tables.$queryRaw`select forget_over_sessions()`;
  await tables.accountDeletion.updateMany({ where: { requestedAt: { lt: secondsAgo(keepEndedSessions) }, NOT: { sessionIds: { isEmpty: true } } }, data: { sessionIds: [] } });
};

type KeptFor = Pick<AuthConfig, 'auditLogDays' | 'unverifiedAccountDays'>;

export interface Sweep {
  /** Resolves when a sweep that was under way is done. */
  stop(): Promise<void>;
}

/** Sweeps now and then, each time after a pause, as long as the process lives; several processes may. */
export const startSweep = (database: AuthDatabase, logger: Logger, { auditLogDays, unverifiedAccountDays: days }: KeptFor): Sweep => {
  const stopped = new AbortController();
  const { signal } = stopped;
  const sweep = async (): Promise<void> => {
    await deleteExpired(database);
    await deleteOldEntries(database, auditLogDays);
    if (days > 0) await deleteUnverifiedAccounts(database, { days, signal });
  };
  const keepSweeping = async (): Promise<void> => {
    for (;;) {
      await pause(intervalMs, undefined, { ref: false, signal }).catch(() => undefined);
      if (signal.aborted) return;
      await sweep().catch((error: unknown) => { logger.warn({ err: error }, 'what has expired was not deleted; the next sweep will'); });
    }
  };
  const sweeping = keepSweeping();
  return {
    async stop() {
      stopped.abort();
      await sweeping;
    },
  };
};
