import type { AuthTables } from '../db';
import { challengeSeconds, type ChallengePurpose } from './handles';
import { mailKinds, recordMail } from './record-mail';

export interface NewChallenge {
  /** Chosen before it is known whether there is a user, so that handles of both kinds look alike. */
  id: string;
  user: { id: string; email: string };
  purpose: ChallengePurpose;
  codesPerHour: number;
  /** Of a sign-in: from where. */
  network?: string;
}

/**
 * Codes of the purpose that the user was sent in the last hour. Each is a chance to guess, so there is a bound (`codesPerHour`).
 * For a network that the user is known in, its own are counted: who asks for codes elsewhere does not keep the user from signing in there.
 */
export const countCodes = async (tables: AuthTables, userId: string, purpose: ChallengePurpose, knownNetwork: string | null = null): Promise<number> => {
  const [row] = await tables.$queryRaw<{ codes: number }[]>`
    select coalesce(sum(turn), 0)::int as codes from challenges
    where user_id = ${userId}::uuid and purpose = ${purpose}::challenge_purpose and created_at > now() - interval '1 hour'
      and (${knownNetwork}::text is null or network = ${knownNetwork})`;
  return row?.codes ?? 0;
};

/** Opens a challenge in place of the open ones of the same user and purpose; of a sign-in, of those from the same network. The caller holds the account. */
export const writeChallenge = async (tables: AuthTables, { id, user, purpose, network }: Omit<NewChallenge, 'codesPerHour'>): Promise<void> => {
  await tables.challenge.updateMany({
    where: { userId: user.id, purpose, closedAt: null, ...(network === undefined ? {} : { network }) }, data: { closedAt: new Date() },
  });
  await tables.$executeRaw`
    insert into challenges (id, user_id, purpose, created_at, expires_at, network)
    values (${id}::uuid, ${user.id}::uuid, ${purpose}::challenge_purpose, clock_timestamp(), clock_timestamp() + make_interval(secs => ${challengeSeconds}), ${network ?? null})`;
};

/**
 * Opens a challenge and writes its mail. The caller holds the account.
 * @param knownNetwork the network, if the user is known in it
 * @returns the mail's id; undefined, and nothing is changed, when the user was sent too many codes lately
 */
export const openChallenge = async (tables: AuthTables, challenge: NewChallenge, knownNetwork?: string): Promise<string | undefined> => {
  const { id, user, purpose, codesPerHour } = challenge;
  if (await countCodes(tables, user.id, purpose, knownNetwork) >= codesPerHour) return undefined;
  await writeChallenge(tables, challenge);
  return recordMail(tables, { userId: user.id, address: user.email, kind: mailKinds[purpose], challenge: { id, turn: 1 } });
};
