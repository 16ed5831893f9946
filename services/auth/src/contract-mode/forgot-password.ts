import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { Refusal, type Call } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthDependencies } from '../dependencies';
import { announceEnd } from '../sessions/end-sessions';
import { openChallengeAndSession } from './open-challenge-and-session';

type Endpoint = typeof accounts.forgotPassword;

/** As documented: the code and a token that sets a new password are in the reply. @throws Refusal USER_NOT_FOUND, ACCOUNT_DISABLED */
export const forgotPasswordInContractMode = (dependencies: AuthDependencies) => async ({ body, ...origin }: Call<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const opened = await dependencies.database.transaction(async (tables) => {
    const known = await tables.user.findUnique({ where: { email: body.email }, select: { id: true } });
    const user = known === null ? null : await holdAccount(tables, known.id);
    if (user === null) throw new Refusal('USER_NOT_FOUND');
    await recordAudit(tables, origin, { action: 'reset.requested', subjectId: user.id });
    return openChallengeAndSession(dependencies, tables, origin, user, 'reset');
  });
  wakeDelivery(dependencies, opened.mailId);
  announceEnd(dependencies, opened.ended);
  return { data: { otp: opened.otp, token: opened.tokens.token } };
};
