import type { AuditedCall } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import type { HeldAccount } from '../accounts/sign-in';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { findTwoFactorChallenge } from '../two-factor/find-two-factor-challenge';
import { mailTwoFactorCode } from '../two-factor/mail-two-factor-code';
import { takeCode, type RefusedCode, type RightCode } from '../two-factor/take-code';
import { twoFactorOf } from '../two-factor/two-factor-of';

/**
 * Who has two-factor on needs a fresh code beside the password. Without one it is asked for, and mailed where it comes by mail.
 * What comes of it is to be committed either way, as in takeCode; the account is held.
 */
export const proveSecondFactor = async (
  dependencies: AuthDependencies, tables: AuthTables, account: HeldAccount, { otp, origin }: { otp: string | undefined; origin: AuditedCall & { address: string } },
): Promise<RightCode | RefusedCode> => {
  const method = await twoFactorOf(tables, account);
  if (method === undefined) return {};
  if (otp !== undefined) return takeCode(dependencies, tables, { account, otp, origin, challenge: await findTwoFactorChallenge(tables, account.id) });
  const refusal = new Refusal('CODE_REQUIRED');
  if (method === 'totp') return { refusal };
  const { mailId } = await mailTwoFactorCode(dependencies, tables, account);
  return { refusal, mailId };
};
