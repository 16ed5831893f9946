import { Refusal, type Caller } from '@chat-backend/service-kit';
import type { AuthDatabase, AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { isCodeOf } from './derive-code';
import type { ChallengePurpose } from './handles';

export const triesPerCode = 5;

/** A challenge whose code, or link, was shown. It is not closed yet: somebody else may be doing that at the same moment. */
export interface ProvenChallenge {
  id: string;
  userId: string;
  purpose: ChallengePurpose;
  turn: number;
  /** A link is no guess, so tries do not bound it: who wastes them cannot take it from the reader of the mail. */
  byLink: boolean;
}

/** Counts a wrong try, up to the bound. One statement, so that tries at the same moment cannot share a number. */
export const countWrongTry = async (database: AuthDatabase, challengeId: string, turn: number): Promise<void> => {
  await database.tables.$executeRaw`
    update challenges set tries = tries + 1
    where id = ${challengeId}::uuid and turn = ${turn} and tries < ${triesPerCode} and closed_at is null and expires_at > now()`;
};

/**
 * First step: does the holder of the handle know the code, or come by the link?
 * A wrong code gets the same answer whether the challenge is open, over, or was never there (a handle for an unknown address);
 * that it is over is told only to who has the right code.
 * @throws Refusal CODE_REQUIRED, WRONG_CODE, CHALLENGE_EXPIRED
 */
export const checkHandle = async (
  { database, codeKeys }: Pick<AuthDependencies, 'database' | 'codeKeys'>, caller: Caller, otp: string | undefined,
): Promise<ProvenChallenge> => {
  const byLink = caller.mailedTurn !== undefined;
  if (!byLink && otp === undefined) throw new Refusal('CODE_REQUIRED');
  const challenge = await database.tables.challenge.findUnique({ where: { id: caller.sessionId } });
  const fits = challenge !== null && challenge.purpose === caller.purpose;
  if (byLink) {
    if (!fits || challenge.turn !== caller.mailedTurn) throw new Refusal('CHALLENGE_EXPIRED', { accountId: challenge?.userId });
    return { ...challenge, byLink };
  }
  const turn = challenge?.turn ?? 1;
  const matches = isCodeOf(codeKeys, caller.sessionId, turn, otp ?? '');
  if (fits && matches) return { ...challenge, byLink };
  await countWrongTry(database, caller.sessionId, turn);
  throw new Refusal('WRONG_CODE', { accountId: challenge?.userId });
};

/**
 * Second step, in the transaction of what the challenge allows: closes it, once for ever, whoever comes at the same moment. The caller holds the account.
 * @throws Refusal CHALLENGE_EXPIRED if it was used, replaced, renewed, tried too often, or is too old
 */
export const closeChallenge = async (tables: AuthTables, { id, userId, turn, byLink }: ProvenChallenge): Promise<void> => {
  const closed = await tables.$executeRaw`
    update challenges set closed_at = now(), tries = tries + 1
    where id = ${id}::uuid and turn = ${turn} and (${byLink} or tries < ${triesPerCode}) and closed_at is null and expires_at > now()`;
  if (closed === 0) throw new Refusal('CHALLENGE_EXPIRED', { accountId: userId });
};
