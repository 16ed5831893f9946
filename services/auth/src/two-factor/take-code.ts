import { recordAudit, type AuditedCall } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import type { HeldAccount } from '../accounts/sign-in';
import { isCodeOf } from '../challenges/derive-code';
import type { ChallengePurpose } from '../challenges/handles';
import { recordMail } from '../challenges/record-mail';
import { takeTry, type TriedChallenge } from '../challenges/take-try';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { countWrongCode, recogniseNetwork, rememberNetwork, secondsToWait } from './bound-guesses';
import { isRecoveryCode, useRecoveryCode } from './recovery-codes';
import { twoFactorOf } from './two-factor-of';
import { useTotpCode } from './use-totp-code';

export interface GivenCode {
  account: HeldAccount;
  otp: string;
  /** The call, and the client's address. */
  origin: AuditedCall & { address: string };
  /** What the code is for. A mailed code is that of its challenge; where there is one, it also bounds the tries. */
  challenge: { id: string; purpose: ChallengePurpose } | undefined;
}

/** What came of a code, to be committed either way: a wrong one is counted. The mail, if there is one, tells the owner of it. */
export interface RightCode { mailId?: string }
export interface RefusedCode { refusal: Refusal; mailId?: string }

const refused = (accountId: string, code: 'WRONG_CODE' | 'CHALLENGE_EXPIRED'): RefusedCode => ({ refusal: new Refusal(code, { accountId }) });

/**
 * Takes the second factor of a user with two-factor on, once, and by the user's own method alone: a mailed code, a code of the authenticator app,
 * or a recovery code in its place. Runs while the account is held, so that of codes that come at once each is looked at after the other.
 */
export const takeCode = async (dependencies: AuthDependencies, tables: AuthTables, { account, otp, origin, challenge }: GivenCode): Promise<RightCode | RefusedCode> => {
  const { codeKeys, networkKeys, wrongCodesPerDay } = dependencies;
  const userId = account.id;
  const bound = { tables, userId, network: await recogniseNetwork(tables, networkKeys, userId, origin.address) };
  const method = await twoFactorOf(tables, account);
  const byRecoveryCode = method === 'totp' && isRecoveryCode(otp);

  const isRight = async (tried: TriedChallenge | undefined): Promise<boolean> => {
    if (byRecoveryCode) return useRecoveryCode(tables, userId, otp);
    if (method === 'totp') return useTotpCode(dependencies, tables, userId, otp);
    return tried !== undefined && isCodeOf(codeKeys, tried.id, tried.turn, otp);
  };
  const tell = (kind: 'recoveryCodeUsed' | 'codesGuessed'): Promise<string> => recordMail(tables, { userId, address: account.email, kind });

  const wait = byRecoveryCode ? 0 : await secondsToWait(bound, wrongCodesPerDay);
  if (wait > 0) return { refusal: new Refusal('TOO_MANY_WRONG_CODES', { retryAfterSeconds: wait, accountId: userId }) };
  const tried = challenge === undefined ? undefined : await takeTry(tables, challenge.id, challenge.purpose);
  if (tried === undefined && (method !== 'totp' || challenge !== undefined)) return refused(userId, 'CHALLENGE_EXPIRED');
  if (!await isRight(tried)) {
    const wasLast = !byRecoveryCode && await countWrongCode(bound, wrongCodesPerDay);
    return { ...refused(userId, 'WRONG_CODE'), ...(wasLast ? { mailId: await tell('codesGuessed') } : {}) };
  }
  if (tried !== undefined) await tables.challenge.update({ where: { id: tried.id }, data: { closedAt: new Date() } });
  await rememberNetwork(bound);
  if (!byRecoveryCode) return {};
  await recordAudit(tables, origin, { action: 'recovery-code.used', userId });
  return { mailId: await tell('recoveryCodeUsed') };
};
