import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import { resendEmail } from '../accounts/resend-email';
import { deriveCode } from '../challenges/derive-code';
import { openChallenge } from '../challenges/open-challenge';
import { renewChallenge } from '../challenges/renew-challenge';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import { findChallengeOf } from './check-code';

type Endpoint = typeof accounts.resendEmail;

/** As documented: renews the user's challenge, or opens one where none is open, and answers with the new code. @throws Refusal SESSION_REVOKED */
export const resendEmailInContractMode = (dependencies: AuthDependencies) => {
  const byHandle = resendEmail(dependencies);
  return async (call: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    const { caller } = call;
    if (caller.purpose !== 'access') return byHandle(call);
    const { database, codeKeys, codesPerHour } = dependencies;
    await requireSession(database, caller);
    const { user, id, turn, mailId } = await database.transaction(async (tables) => {
      const user = await holdAccount(tables, caller.userId);
      if (user === null) throw new Refusal('SESSION_REVOKED');
      const open = await findChallengeOf(tables, caller);
      const renewed = open === undefined ? undefined : await renewChallenge(tables, open, user, codesPerHour);
      if (open !== undefined && renewed !== undefined) return { user, id: open.id, ...renewed };
      const id = newId();
      const mailId = await openChallenge(tables, { id, user, purpose: user.isVerified ? 'mfa' : 'verify', codesPerHour });
      return { user, id, turn: 1, mailId };
    });
    wakeDelivery(dependencies, mailId);
    return { data: { email: user.email, otp: deriveCode(codeKeys[0], id, turn) } };
  };
};
