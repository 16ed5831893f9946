import { limits, type AnswerOf, type messages, type RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import { checkFriendChat, checkMember } from '../chats/check-may-read';
import { conversationOf } from '../chats/conversation-of';
import type { MessagingDatabase } from '../db';
import { storedFrom } from './committed-message';
import { readMessages, type MessageRange } from './read-messages';

type Endpoint = typeof messages.getMessages;
type Body = RequestOf<Endpoint>;

/** Who names a lower bound reads on from there; everybody else wants the newest. */
const rangeOf = ({ limit = limits.defaultPageSize, afterSeq, beforeSeq }: Body): MessageRange =>
  ({ afterSeq, beforeSeq, limit, from: afterSeq === undefined ? 'newest' : 'oldest' });

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
