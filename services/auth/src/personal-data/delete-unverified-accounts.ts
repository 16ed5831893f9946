import { holdAccount } from '../accounts/hold-account';
import type { AuthDatabase } from '../db';
import { deleteHeldAccount } from './delete-held-account';

const dayMs = 24 * 60 * 60 * 1000;
const accountsAtOnce = 100;
/** Each is a deletion that three services work off: those of people who ask for it must not wait behind thousands. */
const accountsInOneSweep = 1_000;

export interface UnverifiedOptions { days: number; signal?: AbortSignal; atOnce?: number; atMost?: number }

/**
 * Whose address nobody verified, though it was registered so long ago and no code or link for it is open. An account that is signed in was used without,
 * in contract mode; one that is disabled keeps its address from being registered anew.
 */
const unverifiedFor = (days: number) => {
  const now = new Date();
  return {
    isVerified: false, disabledAt: null, createdAt: { lt: new Date(now.getTime() - days * dayMs) },
    challenges: { none: { expiresAt: { gt: now } } }, sessions: { none: { revokedAt: null, expiresAt: { gt: now } } },
  };
};

/** Deletes these accounts as their owners would: somebody may have given an address that is not theirs, and nobody uses it here. What one sweep leaves, the next one takes. */
export const deleteUnverifiedAccounts = async (
  { tables, transaction }: AuthDatabase, { days, signal, atOnce = accountsAtOnce, atMost = accountsInOneSweep }: UnverifiedOptions,
): Promise<void> => {
  const where = unverifiedFor(days);
  const deleteOne = (id: string): Promise<void> => transaction(async (held) => {
    const account = await holdAccount(held, id);
    // Verified, or deleted by another process, since it was found.
    if (account === null || await held.user.count({ where: { id, ...where } }) === 0) return;
    await deleteHeldAccount(held, {}, account, { recordedAs: { action: 'account.expired', subjectId: id }, erasesMessages: false });
  });
  for (let found = atOnce, left = atMost; found === atOnce && left > 0; left -= found) {
    const accounts = await tables.user.findMany({ where, orderBy: { createdAt: 'asc' }, take: Math.min(atOnce, left), select: { id: true } });
    for (const { id } of accounts) {
      if (signal?.aborted === true) return;
      await deleteOne(id);
    }
    found = accounts.length;
  }
};
