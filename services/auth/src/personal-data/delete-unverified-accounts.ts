import { holdAccount } from '../accounts/hold-account';
import type { AuthDatabase } from '../db';
import { deleteHeldAccount } from './delete-held-account';

const dayMs = 24 * 60 * 60 * 1000;
const accountsAtOnce = 100;

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

/** Deletes these accounts as their owners would: somebody may have given an address that is not theirs, and nobody uses it here. */
export const deleteUnverifiedAccounts = async ({ tables, transaction }: AuthDatabase, days: number, atOnce = accountsAtOnce): Promise<void> => {
  const where = unverifiedFor(days);
  const deleteOne = (id: string): Promise<void> => transaction(async (held) => {
    const account = await holdAccount(held, id);
    // Verified, or deleted by another process, since it was found.
    if (account === null || await held.user.count({ where: { id, ...where } }) === 0) return;
    await deleteHeldAccount(held, {}, account, { recordedAs: { action: 'account.expired', subjectId: id }, erasesMessages: false });
  });
  for (let found = atOnce; found === atOnce;) {
    const accounts = await tables.user.findMany({ where, orderBy: { createdAt: 'asc' }, take: atOnce, select: { id: true } });
    for (const { id } of accounts) await deleteOne(id);
    found = accounts.length;
  }
};
