import type { SocialGraphTables } from '../db';

/** Whether the account exists and takes part: outside contract mode nobody does whose address is not verified. */
export const isThere = async (tables: SocialGraphTables, userId: string, showUnverifiedUsers: boolean): Promise<boolean> => {
  const user = await tables.user.findUnique({ where: { id: userId }, select: { isVerified: true } });
  return user !== null && (user.isVerified || showUnverifiedUsers);
};
