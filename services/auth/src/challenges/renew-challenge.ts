import type { AuthTables } from '../db';
import { isKnownNetwork } from '../two-factor/bound-guesses';
import type { ChallengePurpose } from './handles';
import { countCodes } from './open-challenge';
import { mailKinds, recordMail } from './record-mail';

export interface RenewedChallenge { turn: number; mailId: string }

/**
 * Gives a challenge its next code, with five tries of its own, and writes the mail; its end stays where it was. The code before, and its link, are void.
 * The caller holds the account.
 * @returns undefined, and nothing is changed, when the challenge is over or the user was sent too many codes lately
 */
export const renewChallenge = async (
  tables: AuthTables, challenge: { id: string; purpose: ChallengePurpose; network: string | null }, user: { id: string; email: string }, codesPerHour: number,
): Promise<RenewedChallenge | undefined> => {
  const { id, purpose, network } = challenge;
  const isKnown = network !== null && await isKnownNetwork({ tables, userId: user.id, network });
  if (await countCodes(tables, user.id, purpose, isKnown ? network : null) >= codesPerHour) return undefined;
  const [renewed] = await tables.$queryRaw<{ turn: number }[]>`
    update challenges set turn = turn + 1, tries = 0
    where id = ${id}::uuid and closed_at is null and expires_at > now()
    returning turn`;
  if (renewed === undefined) return undefined;
  const mailId = await recordMail(tables, { userId: user.id, address: user.email, kind: mailKinds[purpose], challenge: { id, turn: renewed.turn } });
  return { turn: renewed.turn, mailId };
};
