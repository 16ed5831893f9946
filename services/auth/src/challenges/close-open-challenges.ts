import type { AuthTables } from '../db';

/** What waits to be confirmed is void: codes under an old password, or of an account that was disabled. The caller holds the account. */
export const closeOpenChallenges = async (tables: AuthTables, userId: string): Promise<void> => {
  await tables.challenge.updateMany({ where: { userId, closedAt: null }, data: { closedAt: new Date() } });
};
