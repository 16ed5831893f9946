import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import type { CallOfUser } from '@chat-backend/service-kit';
import { checkHandle, closeChallenge } from '../challenges/confirm-challenge';
import type { AuthDependencies } from '../dependencies';
import { confirmSignIn } from '../two-factor/confirm-sign-in';
import { answerEvenly } from './answer-evenly';
import { confirmAccount } from './confirm-account';
import { holdAccount } from './hold-account';

type Endpoint = typeof accounts.verifyUser;

/**
 * A `verify` handle confirms that the user reads the mails of the address, and verifies the account; an `mfa` handle starts the session that the login asked for.
 * @throws Refusal CODE_REQUIRED, WRONG_CODE, CHALLENGE_EXPIRED, TOO_MANY_WRONG_CODES (mfa)
 */
export const verifyUser = (dependencies: AuthDependencies) => {
  const signIn = confirmSignIn(dependencies);
  return async (call: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    const { caller, body, ...origin } = call;
    if (caller.purpose === 'mfa') return { data: { message: 'verification updated', ...await signIn(call) } };
    const proven = await answerEvenly(() => checkHandle(dependencies, caller, body.otp));
    const passwordNeeded = await dependencies.database.transaction(async (tables) => {
      const account = await holdAccount(tables, proven.userId);
      await closeChallenge(tables, proven);
      await recordAudit(tables, origin, { action: 'account.verified', userId: proven.userId });
      // The handle of the newest challenge is with who registered last; its link is with who reads the mails.
      return account !== null && confirmAccount(tables, account, { byWhoRegistered: !proven.byLink });
    });
    return { data: { message: 'verification updated', ...(passwordNeeded ? { passwordNeeded } : {}) } };
  };
};
