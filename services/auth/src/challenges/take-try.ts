import type { AuthTables } from '../db';
import { triesPerCode } from './confirm-challenge';
import type { ChallengePurpose } from './handles';

export interface TriedChallenge { id: string; turn: number }

/**
 * Takes one of the tries of an open challenge before its code is looked at, so that no more codes are, however many come at once.
 * @returns undefined when the challenge is over, is no such challenge, or was tried too often
 */
export const takeTry = async (tables: AuthTables, challengeId: string, purpose: ChallengePurpose): Promise<TriedChallenge | undefined> => {
  const [tried] = await tables.$queryRaw<TriedChallenge[]>`
    update challenges set tries = tries + 1
    where id = ${challengeId}::uuid and purpose = ${purpose}::challenge_purpose and tries < ${triesPerCode} and closed_at is null and expires_at > now()
    returning id, turn`;
  return tried;
};
