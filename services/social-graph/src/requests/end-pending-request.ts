import type { SocialGraphTables } from '../db';

/**
 * Ends a pending request. One statement: of two that end it at once, one finds it pending no more.
 * @returns whether one was pending in this direction
 */
export const endPendingRequest = async (
  tables: SocialGraphTables, { fromUserId, toUserId }: { fromUserId: string; toUserId: string }, status: 'accepted' | 'rejected' | 'cancelled',
): Promise<boolean> => {
  const ended = await tables.friendRequest.updateMany({ where: { fromUserId, toUserId, status: 'pending' }, data: { status } });
  return ended.count > 0;
};
