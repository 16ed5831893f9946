import { recordAudit, type AuditedCall } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import { confirmAccount } from '../accounts/confirm-account';
import { holdAccount } from '../accounts/hold-account';
import type { AuthDependencies } from '../dependencies';

export type VerifiedByOperator = 'verified' | 'verifiedWithoutPassword' | 'wasVerifiedBefore';

/** Takes an address for verified without a code. @throws Refusal USER_NOT_FOUND */
export const verifyUserByOperator = ({ database }: Pick<AuthDependencies, 'database'>) => (origin: AuditedCall, userId: string): Promise<VerifiedByOperator> =>
  database.transaction(async (tables) => {
    const account = await holdAccount(tables, userId);
    if (account === null) throw new Refusal('USER_NOT_FOUND');
    if (account.isVerified) return 'wasVerifiedBefore';
    const passwordNeeded = await confirmAccount(tables, account, { byWhoRegistered: false });
    await recordAudit(tables, origin, { action: 'account.verified', subjectId: userId });
    return passwordNeeded ? 'verifiedWithoutPassword' : 'verified';
  });
