import type { AnswerOf, RequestOf, twoFactor } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { HeldAccount } from '../accounts/sign-in';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { announceEnd } from '../sessions/end-sessions';
import { wakeDelivery } from '../challenges/record-mail';
import { settleSwitch } from './settle-switch';
import { withFreshCode } from './with-fresh-code';

type Endpoint = typeof twoFactor.disableTwoFactor;

const switchOff = async (tables: AuthTables, user: HeldAccount): Promise<void> => {
  await tables.user.update({ where: { id: user.id }, data: { isTwoFactorEnabled: false } });
  await tables.totpSecret.deleteMany({ where: { userId: user.id } });
  await tables.recoveryCode.deleteMany({ where: { userId: user.id } });
};

/** Switches two-factor off. @throws Refusal SESSION_REVOKED, TWO_FACTOR_IS_OFF, WRONG_CODE, CHALLENGE_EXPIRED, TOO_MANY_WRONG_CODES */
export const disableTwoFactor = (dependencies: AuthDependencies) => async (call: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { mailId, ended } = await withFreshCode(dependencies, call, async (tables, user) => {
    await switchOff(tables, user);
    return settleSwitch(tables, call, user, call.caller.sessionId, 'twoFactorOff');
  });
  wakeDelivery(dependencies, mailId);
  announceEnd(dependencies, ended);
  return {};
};
