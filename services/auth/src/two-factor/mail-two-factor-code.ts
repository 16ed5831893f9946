import { newId } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import type { HeldAccount } from '../accounts/sign-in';
import { deriveCode } from '../challenges/derive-code';
import { openChallenge } from '../challenges/open-challenge';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';

const codeRetrySeconds = 600;

/**
 * Mails the code that switches two-factor on or off, or that deletes the account. The caller holds the account.
 * @returns the mail to send and, in contract mode, what the reply says of the code
 * @throws Refusal RATE_LIMITED when the user was sent too many codes lately
 */
export const mailTwoFactorCode = async (
  { codesPerHour, codeKeys, exposeCodes }: AuthDependencies, tables: AuthTables, user: HeldAccount,
): Promise<{ mailId: string; otp: { otp?: string } }> => {
  const id = newId();
  const mailId = await openChallenge(tables, { id, user, purpose: 'twoFactor', codesPerHour });
  if (mailId === undefined) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: codeRetrySeconds });
  return { mailId, otp: exposeCodes ? { otp: deriveCode(codeKeys[0], id, 1) } : {} };
};
