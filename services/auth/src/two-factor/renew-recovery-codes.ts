import type { AnswerOf, RequestOf, twoFactor } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { recordMail, wakeDelivery } from '../challenges/record-mail';
import type { AuthDependencies } from '../dependencies';
import { makeRecoveryCodes } from './recovery-codes';
import { twoFactorOf } from './two-factor-of';
import { withFreshCode } from './with-fresh-code';

type Endpoint = typeof twoFactor.renewRecoveryCodes;

/** Makes new recovery codes; the old ones are worth nothing from here on. @throws Refusal SESSION_REVOKED, TWO_FACTOR_IS_OFF, AUTHENTICATOR_REQUIRED, WRONG_CODE, TOO_MANY_WRONG_CODES */
export const renewRecoveryCodes = (dependencies: AuthDependencies) => async (call: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { recoveryCodes, mailId } = await withFreshCode(dependencies, call, async (tables, user) => {
    await recordAudit(tables, call, { action: 'recovery-codes.renewed', userId: user.id });
    return {
      recoveryCodes: await makeRecoveryCodes(tables, user.id),
      mailId: await recordMail(tables, { userId: user.id, address: user.email, kind: 'recoveryCodesRenewed' }),
    };
  }, async (tables, user) => {
    if (await twoFactorOf(tables, user) === 'mail') throw new Refusal('AUTHENTICATOR_REQUIRED');
  });
  wakeDelivery(dependencies, mailId);
  return { data: { recoveryCodes } };
};
