import type { TwoFactorMethod } from '@chat-backend/contracts';
import type { HeldAccount } from '../accounts/sign-in';
import type { AuthTables } from '../db';

/** How a user gives the second factor; undefined: two-factor is off. */
export const twoFactorOf = async (tables: AuthTables, { id, isTwoFactorEnabled }: Pick<HeldAccount, 'id' | 'isTwoFactorEnabled'>): Promise<TwoFactorMethod | undefined> => {
  if (!isTwoFactorEnabled) return undefined;
  const confirmed = await tables.totpSecret.count({ where: { userId: id, confirmedAt: { not: null } } });
  return confirmed === 1 ? 'totp' : 'mail';
};
