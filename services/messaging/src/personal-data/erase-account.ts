import type { DeletedAccount } from '@chat-backend/database';
import type { Announce } from '@chat-backend/service-kit';
import type { MessagingDatabase } from '../db';
import { eraseMessages } from './erase-messages';
import { readChats, type ChatRow } from './read-chats';

/** The first chat that is left: what was not done to the end is begun again from here. */
const firstChat = async (database: MessagingDatabase, userId: string, isGroup: boolean): Promise<ChatRow | undefined> => {
  const { chats: [chat] } = await readChats(database.hot, userId, isGroup, '00000000-0000-0000-0000-000000000000');
  return chat;
};

/**
 * Takes a deleted user's chats, with how far each was read, out of the table, one after the other; with them, if the user wished so, the texts of the messages
 * that the user wrote. Every message keeps its place and number. The others' chats and histories stay.
 */
export const eraseAccount = (database: MessagingDatabase, announce: Announce) => async ({ userId, erasesMessages }: DeletedAccount, signal: AbortSignal): Promise<void> => {
  for (const isGroup of [false, true]) {
    for (let chat = await firstChat(database, userId, isGroup); chat !== undefined; chat = await firstChat(database, userId, isGroup)) {
      if (signal.aborted) return;
      const { conversationId } = chat;
      if (erasesMessages) await eraseMessages(database, announce, { userId, conversationId, isGroup }, signal);
      else await database.tables.chat.deleteMany({ where: { userId, conversationId } });
    }
  }
};
