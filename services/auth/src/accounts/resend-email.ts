import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { Refusal, type Caller, type CallOfUser } from '@chat-backend/service-kit';
import { renewChallenge } from '../challenges/renew-challenge';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { twoFactorOf } from '../two-factor/two-factor-of';
import { answerEvenly } from './answer-evenly';
import { holdAccount } from './hold-account';

type Endpoint = typeof accounts.resendEmail;

/** Closed, and not because a newer one took its place: whoever holds a handle for a known address must not learn that from a refusal. */
const wasUsed = async (tables: AuthTables, challengeId: string): Promise<boolean> => {
  const challenge = await tables.challenge.findUnique({ where: { id: challengeId } });
  if (challenge === null || challenge.closedAt === null) return false;
  const { userId, purpose, createdAt } = challenge;
  return await tables.challenge.count({ where: { userId, purpose, createdAt: { gt: createdAt } } }) === 0;
};

/** @returns the mail to send; undefined where nothing is renewed and nobody may notice: no such challenge, a newer one, too many codes, a disabled account */
const renew = async ({ database, codesPerHour }: AuthDependencies, { sessionId, purpose }: Caller): Promise<string | undefined> => {
  const named = await database.tables.challenge.findUnique({ where: { id: sessionId } });
  if (named === null || named.purpose !== purpose) return undefined;
  return database.transaction(async (tables) => {
    const user = await holdAccount(tables, named.userId);
    if (user === null || user.disabledAt !== null) return undefined;
    if (purpose === 'mfa' && await twoFactorOf(tables, user) === 'totp') throw new Refusal('CODE_NOT_MAILED');
    const renewed = await renewChallenge(tables, named, user, codesPerHour);
    if (renewed === undefined && await wasUsed(tables, named.id)) throw new Refusal('CHALLENGE_EXPIRED');
    return renewed?.mailId;
  });
};

/**
 * Renews the code of the challenge that the handle names. Handles for unknown addresses get the same answer.
 * @throws Refusal CHALLENGE_EXPIRED when the code was used; CODE_NOT_MAILED when it comes from an authenticator app
 */
export const resendEmail = (dependencies: AuthDependencies) => async ({ caller }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { email } = caller;
  if (email === undefined) throw new Refusal('TOKEN_INVALID');
  await answerEvenly(async () => { wakeDelivery(dependencies, await renew(dependencies, caller)); });
  return { data: { email } };
};
