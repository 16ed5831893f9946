import type { Chat, ChatClient } from '@chat-backend/client';
import { keyOf } from '../chats/chat-key';
import type { KeptConversations } from './keep-conversations';

/** I have seen a chat up to here. */
export type MarkRead = (chat: Chat, seq: number) => void;

/** Shown at once, told to the server one call at a time for each chat, and told again when the server is back. */
export const createMarkRead = ({ call, on }: Pick<ChatClient, 'call' | 'on'>, conversations: Pick<KeptConversations, 'readUpTo'>): MarkRead => {
  const untold = new Map<string, { chat: Chat; seq: number }>();
  const underWay = new Set<string>();

  const tell = async (key: string): Promise<void> => {
    if (underWay.has(key)) return;
    underWay.add(key);
    try {
      for (let next = untold.get(key); next !== undefined; next = untold.get(key)) {
        await call('mark-read', { chatId: next.chat.chatId, chatType: next.chat.chatType, seq: next.seq });
        if (untold.get(key) === next) untold.delete(key);
      }
    } catch {
      // It stays untold: the next time, or when everything is here again.
    } finally {
      underWay.delete(key);
    }
  };

  on('state', (state) => { if (state === 'live') for (const key of untold.keys()) void tell(key); });
  on('conversationGone', (chat) => { untold.delete(keyOf(chat)); });

  return (chat, seq) => {
    if (!conversations.readUpTo(chat, seq)) return;
    untold.set(keyOf(chat), { chat, seq });
    void tell(keyOf(chat));
  };
};
