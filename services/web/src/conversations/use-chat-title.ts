import type { Chat } from '@chat-backend/client';
import { keyOf } from '../chats/chat-key';
import { useChats } from '../chats/chats-provider';
import { useStore } from '../store/use-store';

export interface ChatTitle { name: string | null; image: string | null }

/** How a chat is called: by the friend, or by the group, as far as this page has heard of them. */
export const useChatTitle = (chat: Chat): ChatTitle => {
  const { names, groups, conversations } = useChats();
  const person = useStore(names).get(chat.chatId);
  const group = useStore(groups).mine.find(({ id }) => id === chat.chatId);
  const conversation = useStore(conversations).byKey.get(keyOf(chat));
  const fallback = { name: conversation?.name ?? null, image: conversation?.image ?? null };
  if (chat.chatType === 'group') return group === undefined ? fallback : { name: group.groupName, image: group.profileImage };
  return person === undefined ? fallback : { name: person.user_name, image: person.profile_image };
};
