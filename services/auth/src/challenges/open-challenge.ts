import type { AuthTables } from '../db';
import { challengeSeconds, type HandlePurpose } from './handles';
import { mailKinds, recordMail } from './record-mail';

export interface NewChallenge {
  /** Chosen before it is known whether there is a user, so that handles of both kinds look alike. */
  id: string;
  user: { id: string; email: string };
  purpose: HandlePurpose;
  codesPerHour: number;
}

/** Codes of the purpose that the user was sent in the last hour. Each is a chance to guess, so there is a bound (`codesPerHour`). */
export const countCodes = async (tables: AuthTables, userId: string, purpose: HandlePurpose): Promise<number> => {
  const [row] = await tables.$queryRaw<{ codes: number }[]>`
    select coalesce(sum(turn), 0)::int as codes from challenges
    where user_id = ${userId}::uuid and purpose = ${purpose}::challenge_purpose and created_at > now() - interval '1 hour'`;
  return row?.codes ?? 0;
};

/**
 * Opens a challenge in place of the open ones of the same user and purpose, and writes its mail. The caller holds the account.
 * @returns the mail's id; undefined, and nothing is changed, when the user was sent too many codes lately
 */
export const openChallenge = async (tables: AuthTables, { id, user, purpose, codesPerHour }: NewChallenge): Promise<string | undefined> => {
  if (await countCodes(tables, user.id, purpose) >= codesPerHour) return undefined;
  await tables.challenge.updateMany({ where: { userId: user.id, purpose, closedAt: null }, data: { closedAt: new Date() } });
  await tables.$executeRaw`
    insert into challenges (id, user_id, purpose, created_at, expires_at)
    values (${id}::uuid, ${user.id}::uuid, ${purpose}::challenge_purpose, clock_timestamp(), clock_timestamp() + make_interval(secs => ${challengeSeconds}))`;
  return recordMail(tables, { userId: user.id, address: user.email, kind: mailKinds[purpose], challenge: { id, turn: 1 } });
};
