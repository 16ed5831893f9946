import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { Refusal, type Call } from '@chat-backend/service-kit';
import { createAccount } from '../accounts/create-account';
import { holdAccount } from '../accounts/hold-account';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthDependencies } from '../dependencies';
import { announceEnd } from '../sessions/end-sessions';
import { openChallengeAndSession } from './open-challenge-and-session';

type Endpoint = typeof accounts.register;

/** As documented: the new user is signed in, and the code is in the reply. @throws Refusal EMAIL_TAKEN, BUSY */
export const registerInContractMode = (dependencies: AuthDependencies) => async ({ body, ...origin }: Call<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const password = await dependencies.passwords.hash(body.password);
  const { id, opened } = await dependencies.database.transaction(async (tables) => {
    const { userId, isNew } = await createAccount(tables, body.email, password);
    if (!isNew) throw new Refusal('EMAIL_TAKEN');
    await holdAccount(tables, userId);
    await recordAudit(tables, origin, { action: 'account.registered', subjectId: userId });
    return { id: userId, opened: await openChallengeAndSession(dependencies, tables, origin, { id: userId, email: body.email, disabledAt: null }, 'verify') };
  });
  wakeDelivery(dependencies, opened.mailId);
  announceEnd(dependencies, opened.ended);
  return { data: { id, email: body.email, ...opened.tokens, otp: opened.otp } };
};
