import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import type { CallOfUser } from '@chat-backend/service-kit';
import { checkHandle, closeChallenge } from '../challenges/confirm-challenge';
import type { AuthDependencies } from '../dependencies';
import { startSession } from '../sessions/start-session';
import { answerEvenly } from './answer-evenly';
import { holdAccount } from './hold-account';

type Endpoint = typeof accounts.verifyUser;

/**
 * Confirms that the user reads the mails of the address. A `verify` handle verifies the account; an `mfa` handle starts the session that the login asked for.
 * @throws Refusal CODE_REQUIRED, WRONG_CODE, CHALLENGE_EXPIRED
 */
export const verifyUser = (dependencies: AuthDependencies) => async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const proven = await answerEvenly(() => checkHandle(dependencies, caller, body.otp));
  const session = await dependencies.database.transaction(async (tables) => {
    await holdAccount(tables, proven.userId);
    await closeChallenge(tables, proven);
    if (proven.purpose === 'mfa') return startSession(dependencies, tables, origin, proven.userId);
    await tables.user.update({ where: { id: proven.userId }, data: { isVerified: true } });
    await recordAudit(tables, origin, { action: 'account.verified', userId: proven.userId });
    return {};
  });
  return { data: { message: 'verification updated', ...session } };
};
