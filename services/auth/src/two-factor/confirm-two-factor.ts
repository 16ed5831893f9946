import type { AnswerOf, RequestOf, twoFactor } from '@chat-backend/contracts';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import type { HeldAccount } from '../accounts/sign-in';
import { isCodeOf } from '../challenges/derive-code';
import { wakeDelivery } from '../challenges/record-mail';
import { takeTry } from '../challenges/take-try';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { announceEnd } from '../sessions/end-sessions';
import { requireSession } from '../sessions/require-session';
import { networkOf, rememberNetwork } from './bound-guesses';
import { findTwoFactorChallenge } from './find-two-factor-challenge';
import { makeRecoveryCodes } from './recovery-codes';
import { settleSwitch, type SettledSwitch } from './settle-switch';
import { useTotpCode } from './use-totp-code';

type Endpoint = typeof twoFactor.confirmTwoFactor;
type Outcome = { refusal: Refusal } | { settled: SettledSwitch; answer: AnswerOf<Endpoint> };

const refused = (code: 'WRONG_CODE' | 'CHALLENGE_EXPIRED' | 'TWO_FACTOR_ALREADY_ON' | 'SESSION_REVOKED'): Outcome => ({ refusal: new Refusal(code) });

const switchOn = async (tables: AuthTables, user: HeldAccount, isWithApp: boolean): Promise<AnswerOf<Endpoint>> => {
  await tables.user.update({ where: { id: user.id }, data: { isTwoFactorEnabled: true } });
  if (!isWithApp) return { data: { method: 'mail' } };
  await tables.totpSecret.update({ where: { userId: user.id }, data: { confirmedAt: new Date() } });
  return { data: { method: 'totp', recoveryCodes: await makeRecoveryCodes(tables, user.id) } };
};

/**
 * Switches two-factor on with the code of what was begun: only who gave the password then has the secret, or reads the mail.
 * @throws Refusal SESSION_REVOKED, TWO_FACTOR_ALREADY_ON, CHALLENGE_EXPIRED, WRONG_CODE
 */
export const confirmTwoFactor = (dependencies: AuthDependencies) => async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database, codeKeys, networkKeys } = dependencies;
  await requireSession(database, caller);
  // A refusal is returned and not thrown: the try must be committed.
  const outcome = await database.transaction(async (tables): Promise<Outcome> => {
    const user = await holdAccount(tables, caller.userId);
    if (user === null) return refused('SESSION_REVOKED');
    if (user.isTwoFactorEnabled) return refused('TWO_FACTOR_ALREADY_ON');
    const challenge = await findTwoFactorChallenge(tables, user.id);
    const tried = challenge === undefined ? undefined : await takeTry(tables, challenge.id, challenge.purpose);
    if (tried === undefined) return refused('CHALLENGE_EXPIRED');
    const isWithApp = await tables.totpSecret.count({ where: { userId: user.id } }) > 0;
    const isRight = isWithApp ? await useTotpCode(dependencies, tables, user.id, body.otp) : isCodeOf(codeKeys, tried.id, tried.turn, body.otp);
    if (!isRight) return refused('WRONG_CODE');
    await rememberNetwork({ tables, userId: user.id, network: networkOf(networkKeys[0], user.id, origin.address) });
    const answer = await switchOn(tables, user, isWithApp);
    return { answer, settled: await settleSwitch(tables, origin, user, caller.sessionId, 'twoFactorOn') };
  });
  if ('refusal' in outcome) throw outcome.refusal;
  wakeDelivery(dependencies, outcome.settled.mailId);
  announceEnd(dependencies, outcome.settled.ended);
  return outcome.answer;
};
