import { orderedPair } from '@chat-backend/database';
import { enforce } from '@chat-backend/service-kit';
import type { MessagingDatabase } from '../db';
import { mayRead } from '../policies';

/** @throws Refusal GROUP_NOT_FOUND, NOT_A_MEMBER */
export const checkMember = async ({ tables }: MessagingDatabase, groupId: string, userId: string): Promise<void> => {
  const group = await tables.group.findUnique({
    where: { id: groupId, closedAt: null }, select: { members: { where: { userId }, select: { userId: true } } },
  });
  enforce(mayRead({ chatType: 'group', isOpen: group !== null, isMember: group !== null && group.members.length > 0 }));
};

/** Friends may read, and whoever wrote to each other once. @throws Refusal CONVERSATION_NOT_FOUND */
export const checkFriendChat = async ({ tables }: MessagingDatabase, conversationId: string, userId: string, otherId: string): Promise<void> => {
  const conversation = await tables.conversation.findUnique({ where: { id: conversationId }, select: { id: true } });
  const friendship = await tables.friendship.findUnique({ where: { lowUserId_highUserId: orderedPair(userId, otherId) }, select: { lowUserId: true } });
  enforce(mayRead({ chatType: 'friend', areFriends: friendship !== null, hasHistory: conversation !== null }));
};
