import { Refusal } from '@chat-backend/service-kit';
import type { SocialGraphTables } from '../db';

/** @throws Refusal USER_NOT_FOUND for a user who is not there, or whose address is not verified unless such users take part */
export const checkUser = async (tables: SocialGraphTables, userId: string, showUnverifiedUsers: boolean): Promise<void> => {
  const user = await tables.user.findUnique({ where: { id: userId }, select: { isVerified: true } });
  if (user === null || !(user.isVerified || showUnverifiedUsers)) throw new Refusal('USER_NOT_FOUND');
};
