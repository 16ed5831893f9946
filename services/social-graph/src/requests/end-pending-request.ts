import { Refusal } from '@chat-backend/service-kit';
import type { SocialGraphTables } from '../db';

/**
 * Ends a pending request. One statement: of two that end it at once, one finds it pending no more.
 * @throws Refusal REQUEST_NOT_FOUND when none is pending in this direction
 */
export const endPendingRequest = async (
  tables: SocialGraphTables, { fromUserId, toUserId }: { fromUserId: string; toUserId: string }, status: 'accepted' | 'rejected' | 'cancelled',
): Promise<void> => {
  const ended = await tables.friendRequest.updateMany({ where: { fromUserId, toUserId, status: 'pending' }, data: { status } });
  if (ended.count === 0) throw new Refusal('REQUEST_NOT_FOUND');
};
