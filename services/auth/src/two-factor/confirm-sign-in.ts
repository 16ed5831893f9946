import type { accounts, RequestOf } from '@chat-backend/contracts';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import type { SessionTokens } from '../sessions/access-token';
import { announceEnd } from '../sessions/end-sessions';
import { startSession, type StartedSession } from '../sessions/start-session';
import { takeCode, type RefusedCode, type RightCode } from './take-code';

type Outcome = RefusedCode | (RightCode & StartedSession);

/**
 * Turns the handle of a login into a session, with the second factor.
 * @throws Refusal CODE_REQUIRED, WRONG_CODE, CHALLENGE_EXPIRED, TOO_MANY_WRONG_CODES
 */
export const confirmSignIn = (dependencies: AuthDependencies) =>
  async ({ caller, body: { otp }, ...origin }: CallOfUser<RequestOf<typeof accounts.verifyUser>>): Promise<SessionTokens> => {
    if (otp === undefined) throw new Refusal('CODE_REQUIRED');
    const attempt = async (tables: AuthTables): Promise<Outcome> => {
      const challenge = await tables.challenge.findFirst({ where: { id: caller.sessionId, purpose: 'mfa' } });
      const account = challenge === null ? null : await holdAccount(tables, challenge.userId);
      if (challenge === null || account === null) return { refusal: new Refusal('CHALLENGE_EXPIRED') };
      const taken = await takeCode(dependencies, tables, { account, otp, origin, challenge });
      return 'refusal' in taken ? taken : { ...taken, ...await startSession(dependencies, tables, origin, { account, userAgent: origin.userAgent }) };
    };
    // A refusal is returned and not thrown: what was counted must be committed.
    const outcome = await dependencies.database.transaction(attempt);
    wakeDelivery(dependencies, outcome.mailId);
    if ('refusal' in outcome) throw outcome.refusal;
    announceEnd(dependencies, outcome.ended);
    return outcome.tokens;
  };
