import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { newId, recordAudit } from '@chat-backend/database';
import type { Call } from '@chat-backend/service-kit';
import { signHandle } from '../challenges/handles';
import { openChallenge } from '../challenges/open-challenge';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthDependencies } from '../dependencies';
import { answerEvenly } from './answer-evenly';
import { holdAccount } from './hold-account';

type Endpoint = typeof accounts.forgotPassword;

/** Opens a reset for a known address. An unknown one, or that of a disabled account, gets the same reply, in body and in time, with a handle that names nothing. */
export const forgotPassword = (dependencies: AuthDependencies) => async ({ body, ...origin }: Call<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database, signer, codesPerHour } = dependencies;
  const challengeId = newId();
  await answerEvenly(async () => {
    const known = await database.tables.user.findUnique({ where: { email: body.email }, select: { id: true } });
    if (known === null) return;
    const mailId = await database.transaction(async (tables) => {
      const user = await holdAccount(tables, known.id);
      if (user === null || user.disabledAt !== null) return undefined;
      await recordAudit(tables, origin, { action: 'reset.requested', subjectId: user.id });
      return openChallenge(tables, { id: challengeId, user, purpose: 'reset', codesPerHour });
    });
    wakeDelivery(dependencies, mailId);
  });
  return { data: { token: signHandle(signer, 'reset', challengeId, body.email) } };
};
