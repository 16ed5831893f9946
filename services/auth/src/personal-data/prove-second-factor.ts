import { newId } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import { closeChallenge, countWrongTry, type ProvenChallenge } from '../challenges/confirm-challenge';
import { isCodeOf } from '../challenges/derive-code';
import { openChallenge } from '../challenges/open-challenge';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';

/** What the second factor asks for in the transaction that it allows: there it is used up. @throws Refusal CHALLENGE_EXPIRED */
export type UseSecondFactor = (tables: AuthTables) => Promise<void>;

const findOpenChallenge = async ({ database }: AuthDependencies, userId: string): Promise<Omit<ProvenChallenge, 'byLink'> | undefined> =>
  await database.tables.challenge.findFirst({
    where: { userId, purpose: 'mfa', closedAt: null, expiresAt: { gt: new Date() } }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  }) ?? undefined;

const mailCode = async (dependencies: AuthDependencies, userId: string): Promise<void> => {
  const { database, codesPerHour } = dependencies;
  const mailId = await database.transaction(async (tables) => {
    const user = await holdAccount(tables, userId);
    return user === null ? undefined : openChallenge(tables, { id: newId(), user, purpose: 'mfa', codesPerHour });
  });
  wakeDelivery(dependencies, mailId);
};

/**
 * Who has two-factor on needs a fresh code beside the password. Without one, it is mailed.
 * @throws Refusal CODE_REQUIRED, WRONG_CODE, CHALLENGE_EXPIRED
 */
export const proveSecondFactor = async (
  dependencies: AuthDependencies, user: { id: string; isTwoFactorEnabled: boolean }, otp: string | undefined,
): Promise<UseSecondFactor> => {
  if (!user.isTwoFactorEnabled) return async () => {};
  if (otp === undefined) {
    await mailCode(dependencies, user.id);
    throw new Refusal('CODE_REQUIRED');
  }
  const challenge = await findOpenChallenge(dependencies, user.id);
  if (challenge === undefined) throw new Refusal('CHALLENGE_EXPIRED');
  if (!isCodeOf(dependencies.codeKeys, challenge.id, challenge.turn, otp)) {
    await countWrongTry(dependencies.database, challenge.id, challenge.turn);
    throw new Refusal('WRONG_CODE');
  }
  return (tables) => closeChallenge(tables, { ...challenge, byLink: false });
};
