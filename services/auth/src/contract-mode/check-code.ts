import { Refusal, type Caller } from '@chat-backend/service-kit';
import { countWrongTry, triesPerCode } from '../challenges/confirm-challenge';
import { isCodeOf } from '../challenges/derive-code';
import type { ChallengePurpose } from '../challenges/handles';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';

export interface OpenChallenge { id: string; purpose: ChallengePurpose; turn: number; tries: number; network: string | null }

/** The open challenge that came with the token, else the user's newest open one that a documented call opened. */
export const findChallengeOf = async (tables: AuthTables, { userId, challengeId }: Caller): Promise<OpenChallenge | undefined> => {
  const open = await tables.challenge.findMany({ where: { userId, purpose: { not: 'twoFactor' }, closedAt: null, expiresAt: { gt: new Date() } }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
  return open.find(({ id }) => id === challengeId) ?? open[0];
};

/**
 * A code that is sent back is compared, and may be sent again; the documented calls need none.
 * @throws Refusal WRONG_CODE, CHALLENGE_EXPIRED
 */
export const checkCodeIfGiven = async ({ database, codeKeys }: AuthDependencies, caller: Caller, otp: string | undefined): Promise<void> => {
  if (otp === undefined) return;
  const challenge = await findChallengeOf(database.tables, caller);
  if (challenge === undefined || challenge.tries >= triesPerCode) throw new Refusal('CHALLENGE_EXPIRED');
  if (isCodeOf(codeKeys, challenge.id, challenge.turn, otp)) return;
  await countWrongTry(database, challenge.id, challenge.turn);
  throw new Refusal('WRONG_CODE');
};
