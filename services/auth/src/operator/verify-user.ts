import { recordAudit, type AuditedCall } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import type { AuthDependencies } from '../dependencies';

/** Takes an address for verified without a code. @returns whether that changed anything */
export const verifyUserByOperator = ({ database }: Pick<AuthDependencies, 'database'>) => (origin: AuditedCall, userId: string): Promise<boolean> =>
  database.transaction(async (tables) => {
    const account = await holdAccount(tables, userId);
    if (account === null) throw new Refusal('USER_NOT_FOUND');
    if (account.isVerified) return false;
    await tables.user.update({ where: { id: userId }, data: { isVerified: true } });
    await recordAudit(tables, origin, { action: 'account.verified', subjectId: userId });
    return true;
  });
