import type { AuthTables } from '../db';

export interface TwoFactorChallenge { id: string; purpose: 'twoFactor' }

/** What the user has begun, or was mailed a code for, to switch two-factor on or off; the newest closed the ones before. */
export const findTwoFactorChallenge = async (tables: AuthTables, userId: string): Promise<TwoFactorChallenge | undefined> => {
  const purpose = 'twoFactor';
  const open = await tables.challenge.findFirst({ where: { userId, purpose, closedAt: null }, select: { id: true } });
  return open === null ? undefined : { id: open.id, purpose };
};
