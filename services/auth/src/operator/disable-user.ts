import { recordAudit, type AuditedCall } from '@chat-backend/database';
import { Refusal, type Announcing } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import { closeOpenChallenges } from '../challenges/close-open-challenges';
import type { AuthDependencies } from '../dependencies';
import { announceEnd, endSessionsOfUser } from '../sessions/end-sessions';

/**
 * Shuts an account: nobody signs in to it, its codes are void, its sessions are over, and with them its sockets, in every process within 2 s.
 * What it wrote and whom it knows stays. The account is held, so that a sign-in at the same moment comes before, and is ended, or after, and is refused.
 * @returns how many sessions ended; undefined: it was disabled before
 */
export const disableUser = (dependencies: Pick<AuthDependencies, 'database'> & Announcing) => async (origin: AuditedCall, userId: string): Promise<number | undefined> => {
  const ended = await dependencies.database.transaction(async (tables) => {
    const account = await holdAccount(tables, userId);
    if (account === null) throw new Refusal('USER_NOT_FOUND');
    if (account.disabledAt !== null) return undefined;
    await tables.user.update({ where: { id: userId }, data: { disabledAt: new Date() } });
    await closeOpenChallenges(tables, userId);
    await recordAudit(tables, origin, { action: 'account.disabled', subjectId: userId });
    return endSessionsOfUser(tables, origin, userId);
  });
  if (ended !== undefined) announceEnd(dependencies, ended);
  return ended?.sessionIds.length;
};

/** The account is as it was, but for its sessions: people sign in again. @returns whether that changed anything */
export const enableUser = ({ database }: Pick<AuthDependencies, 'database'>) => (origin: AuditedCall, userId: string): Promise<boolean> =>
  database.transaction(async (tables) => {
    const account = await holdAccount(tables, userId);
    if (account === null) throw new Refusal('USER_NOT_FOUND');
    if (account.disabledAt === null) return false;
    await tables.user.update({ where: { id: userId }, data: { disabledAt: null } });
    await recordAudit(tables, origin, { action: 'account.enabled', subjectId: userId });
    return true;
  });
