import { createHmac } from 'node:crypto';
import { limitedAddress } from '@chat-backend/service-kit';
import type { AuthTables } from '../db';

const dayMs = 24 * 60 * 60 * 1000;
/** So long a network stays known where a code was right. */
const knownMs = 90 * dayMs;

/**
 * How wrong codes are bounded, over all challenges and calls: each network from where the owner gave a right code lately has so many wrong codes
 * a day of its own, and all other networks together have as many. So whoever guesses from elsewhere, from however many addresses, never shuts
 * the owner out where the owner was before; and elsewhere a recovery code, which nobody can guess, is always looked at.
 */
interface Bound { tables: AuthTables; userId: string; network: string }
interface CountedNetwork { network: string; wrong: number; wrongSince: Date; confirmedAt: Date | null }

/** Names a network for one user, without keeping its address. */
export const networkOf = (key: Buffer, userId: string, address: string): string =>
  createHmac('sha256', key).update(`${userId} ${limitedAddress(address)}`).digest('base64url');

const isKnown = (counted: CountedNetwork | undefined, now: number): boolean => now - (counted?.confirmedAt?.getTime() ?? -Infinity) < knownMs;

/** What counts together with the network, within the last day. */
const countedTogether = async ({ tables, userId, network }: Bound, now: number): Promise<CountedNetwork[]> => {
  const networks = await tables.twoFactorNetwork.findMany({ where: { userId } });
  const own = networks.find((counted) => counted.network === network);
  const together = isKnown(own, now) ? networks.filter((counted) => counted === own) : networks.filter((counted) => !isKnown(counted, now));
  return together.filter(({ wrongSince }) => now - wrongSince.getTime() < dayMs);
};

const sumOf = (counted: readonly CountedNetwork[]): number => counted.reduce((sum, { wrong }) => sum + wrong, 0);

/** How long no code is looked at from there; 0: it is. The caller holds the account. */
export const secondsToWait = async (bound: Bound, wrongCodesPerDay: number): Promise<number> => {
  const now = Date.now();
  const counted = await countedTogether(bound, now);
  if (sumOf(counted) < wrongCodesPerDay) return 0;
  const oldest = Math.min(...counted.map(({ wrongSince }) => wrongSince.getTime()));
  return Math.ceil((oldest + dayMs - now) / 1000);
};

/** @returns whether this one was the last that is looked at today. The caller holds the account. */
export const countWrongCode = async (bound: Bound, wrongCodesPerDay: number): Promise<boolean> => {
  const { tables, userId, network } = bound;
  const now = new Date();
  const { count } = await tables.twoFactorNetwork.updateMany({
    where: { userId, network, wrongSince: { gt: new Date(now.getTime() - dayMs) } }, data: { wrong: { increment: 1 } },
  });
  if (count === 0) {
    const first = { wrong: 1, wrongSince: now };
    await tables.twoFactorNetwork.upsert({ where: { userId_network: { userId, network } }, create: { userId, network, ...first }, update: first });
  }
  return sumOf(await countedTogether(bound, now.getTime())) === wrongCodesPerDay;
};

/** A code was right there. What was wrong there still counts. */
export const rememberNetwork = async ({ tables, userId, network }: Bound): Promise<void> => {
  const confirmedAt = new Date();
  await tables.twoFactorNetwork.upsert({
    where: { userId_network: { userId, network } }, create: { userId, network, wrongSince: confirmedAt, confirmedAt }, update: { confirmedAt },
  });
};

export const isKnownNetwork = async ({ tables, userId, network }: Bound): Promise<boolean> =>
  isKnown(await tables.twoFactorNetwork.findUnique({ where: { userId_network: { userId, network } } }) ?? undefined, Date.now());

/**
 * The name of a network under the key of today. What is known of it under the key before a rotation is known under this name from here on: strangers
 * would shut the owner out otherwise. The row from before stays, for processes that know only its key. The caller holds the account.
 */
export const recogniseNetwork = async (tables: AuthTables, [key, ...keysBefore]: readonly [Buffer, ...Buffer[]], userId: string, address: string): Promise<string> => {
  const network = networkOf(key, userId, address);
  if (keysBefore.length === 0 || await isKnownNetwork({ tables, userId, network })) return network;
  const namesBefore = keysBefore.map((keyBefore) => networkOf(keyBefore, userId, address));
  const counted = await tables.twoFactorNetwork.findMany({ where: { userId, network: { in: namesBefore } } });
  const known = counted.find((row) => isKnown(row, Date.now()));
  if (known === undefined) return network;
  const { wrong, wrongSince, confirmedAt } = known;
  await tables.twoFactorNetwork.upsert({
    where: { userId_network: { userId, network } }, create: { userId, network, wrong, wrongSince, confirmedAt }, update: { confirmedAt },
  });
  return network;
};

/** Deletes what counts for nothing any more. */
export const forgetNetworks = async (tables: AuthTables): Promise<void> => {
  const now = Date.now();
  await tables.twoFactorNetwork.deleteMany({
    where: { wrongSince: { lt: new Date(now - dayMs) }, OR: [{ confirmedAt: null }, { confirmedAt: { lt: new Date(now - knownMs) } }] },
  });
};
