import { limits, type AnswerOf, type messages, type RequestOf } from '@chat-backend/contracts';
import { orderedPair } from '@chat-backend/database';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { conversationOf } from '../chats/conversation-of';
import type { MessagingDatabase } from '../db';
import { storedFrom } from './committed-message';
import { readMessages, type MessageRange } from './read-messages';

type Endpoint = typeof messages.getMessages;
type Body = RequestOf<Endpoint>;

/** Who names a lower bound reads on from there; everybody else wants the newest. */
const rangeOf = ({ limit = limits.defaultPageSize, afterSeq, beforeSeq }: Body): MessageRange =>
  ({ afterSeq, beforeSeq, limit, from: afterSeq === undefined ? 'newest' : 'oldest' });

/** @throws Refusal GROUP_NOT_FOUND, NOT_A_MEMBER */
const checkMember = async ({ tables }: MessagingDatabase, groupId: string, userId: string): Promise<void> => {
  const group = await tables.group.findUnique({
    where: { id: groupId, closedAt: null }, select: { members: { where: { userId }, select: { userId: true } } },
  });
  if (group === null) throw new Refusal('GROUP_NOT_FOUND');
  if (group.members.length === 0) throw new Refusal('NOT_A_MEMBER');
};

/** Friends may read, and whoever wrote to each other once. @throws Refusal CONVERSATION_NOT_FOUND */
const checkFriendChat = async ({ tables }: MessagingDatabase, conversationId: string, userId: string, otherId: string): Promise<void> => {
  const conversation = await tables.conversation.findUnique({ where: { id: conversationId }, select: { id: true } });
  if (conversation !== null) return;
  const friendship = await tables.friendship.findUnique({ where: { lowUserId_highUserId: orderedPair(userId, otherId) }, select: { lowUserId: true } });
  if (friendship === null) throw new Refusal('CONVERSATION_NOT_FOUND');
};

/**
 * A page of a chat's history, oldest first. One query where there is something to read: rows of a friend chat prove that it is the caller's, and
 * a group's are read only for a member. Only an empty page asks why.
 * @throws Refusal CONVERSATION_NOT_FOUND, GROUP_NOT_FOUND, NOT_A_MEMBER
 */
export const getMessages = (database: MessagingDatabase) => async ({ caller, body }: CallOfUser<Body>): Promise<AnswerOf<Endpoint>> => {
  const conversationId = conversationOf(caller.userId, body.chatType, body.chatId);
  const isGroup = body.chatType === 'group';
  const rows = await readMessages(database.hot, conversationId, rangeOf(body), isGroup ? caller.userId : undefined);
  if (rows.length === 0 && isGroup) await checkMember(database, conversationId, caller.userId);
  if (rows.length === 0 && !isGroup) await checkFriendChat(database, conversationId, caller.userId, body.chatId);
  return { data: rows.map(storedFrom) };
};
