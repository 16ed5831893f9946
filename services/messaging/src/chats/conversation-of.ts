import type { ChatType } from '@chat-backend/contracts';
import { friendConversationId } from '@chat-backend/database';
import { LRUCache } from 'lru-cache';

/** A hash costs several times a look-up, and people who write once write again. */
const friendChats = new LRUCache<string, string>({ max: 20_000 });

/** The conversation that a user means by a friend's id or a group's. */
export const conversationOf = (userId: string, chatType: ChatType, chatId: string): string => {
  if (chatType === 'group') return chatId;
  const pair = userId + chatId;
  const known = friendChats.get(pair);
  if (known !== undefined) return known;
  const conversationId = friendConversationId(userId, chatId);
  friendChats.set(pair, conversationId);
  return conversationId;
};
