import type { AnswerOf, RequestOf, twoFactor } from '@chat-backend/contracts';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import { mailTwoFactorCode } from './mail-two-factor-code';
import { twoFactorOf } from './two-factor-of';

type Endpoint = typeof twoFactor.sendTwoFactorCode;

/** Mails the code that switches two-factor by mail off. @throws Refusal SESSION_REVOKED, TWO_FACTOR_IS_OFF, CODE_NOT_MAILED, RATE_LIMITED */
export const sendTwoFactorCode = (dependencies: AuthDependencies) => async ({ caller }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database } = dependencies;
  await requireSession(database, caller);
  const { mailId, otp } = await database.transaction(async (tables) => {
    const user = await holdAccount(tables, caller.userId);
    if (user === null) throw new Refusal('SESSION_REVOKED');
    const method = await twoFactorOf(tables, user);
    if (method === undefined) throw new Refusal('TWO_FACTOR_IS_OFF');
    if (method === 'totp') throw new Refusal('CODE_NOT_MAILED');
    return mailTwoFactorCode(dependencies, tables, user);
  });
  wakeDelivery(dependencies, mailId);
  return { data: otp };
};
