import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import type { CallOfUser } from '@chat-backend/service-kit';
import { verifyUser } from '../accounts/verify-user';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import { checkCodeIfGiven } from './check-code';

type Endpoint = typeof accounts.verifyUser;

/** As documented: the token alone verifies, as often as it is sent. Links in mails work as in strict mode. @throws Refusal SESSION_REVOKED, WRONG_CODE, CHALLENGE_EXPIRED */
export const verifyUserInContractMode = (dependencies: AuthDependencies) => {
  const byHandle = verifyUser(dependencies);
  return async (call: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    const { caller, body, ...origin } = call;
    if (caller.purpose !== 'access') return byHandle(call);
    await requireSession(dependencies.database, caller);
    await checkCodeIfGiven(dependencies, caller, body.otp);
    await dependencies.database.transaction(async (tables) => {
      await tables.user.update({ where: { id: caller.userId }, data: { isVerified: true } });
      await recordAudit(tables, origin, { action: 'account.verified', userId: caller.userId });
    });
    return { data: { message: 'verification updated' } };
  };
};
