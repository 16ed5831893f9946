import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import type { HeldAccount } from '../accounts/sign-in';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import { findTwoFactorChallenge } from './find-two-factor-challenge';
import { takeCode, type RefusedCode, type RightCode } from './take-code';

type Outcome<Result> = RefusedCode | (RightCode & { result: Result });

/**
 * Runs the steps for who is signed in and gives a fresh code of the second factor, while the account is held.
 * @param check looks at the account first, before a code is spent
 * @throws Refusal SESSION_REVOKED, TWO_FACTOR_IS_OFF, WRONG_CODE, CHALLENGE_EXPIRED, TOO_MANY_WRONG_CODES
 */
export const withFreshCode = async <Result extends object>(
  dependencies: AuthDependencies, { caller, body: { otp }, ...origin }: CallOfUser<{ otp: string }>,
  steps: (tables: AuthTables, user: HeldAccount) => Promise<Result>, check: (tables: AuthTables, user: HeldAccount) => Promise<void> = async () => {},
): Promise<Result> => {
  const { database } = dependencies;
  await requireSession(database, caller);
  // The refusal of a code is returned and not thrown: what was counted must be committed.
  const outcome = await database.transaction(async (tables): Promise<Outcome<Result>> => {
    const account = await holdAccount(tables, caller.userId);
    if (account === null) throw new Refusal('SESSION_REVOKED');
    if (!account.isTwoFactorEnabled) throw new Refusal('TWO_FACTOR_IS_OFF');
    await check(tables, account);
    const taken = await takeCode(dependencies, tables, { account, otp, origin, challenge: await findTwoFactorChallenge(tables, account.id) });
    return 'refusal' in taken ? taken : { ...taken, result: await steps(tables, account) };
  });
  wakeDelivery(dependencies, outcome.mailId);
  if ('refusal' in outcome) throw outcome.refusal;
  return outcome.result;
};
