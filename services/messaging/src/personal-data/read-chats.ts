import type { HotPool } from '@chat-backend/database';

export interface ChatRow { conversationId: string; chatId: string }

const chatsAtOnce = 100;

const statement = {
  name: 'chats-of-user', rowMode: 'array' as const,
  text: `select r.conversation_id, r.chat_id from chats r
    where r.user_id = $1 and r.is_group = $2 and r.conversation_id >= $3 order by r.conversation_id limit $4`,
};

/** Chats of one kind from this conversation on, in the order of their ids. */
export const readChats = async (pool: HotPool, userId: string, isGroup: boolean, from: string): Promise<{ chats: ChatRow[]; isAll: boolean }> => {
  const { rows } = await pool.query<[conversationId: string, chatId: string]>({ ...statement, values: [userId, isGroup, from, chatsAtOnce] });
  return { chats: rows.map(([conversationId, chatId]) => ({ conversationId, chatId })), isAll: rows.length < chatsAtOnce };
};
