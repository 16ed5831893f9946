import type { Chat } from '@chat-backend/client';
import { keyOf } from '../chats/chat-key';
import { useChats } from '../chats/chats-provider';
import { deletedAccount, nameOf } from '../people/person-name';
import { useStore } from '../store/use-store';

export interface ChatTitle {
  name: string | null;
  image: string | null;
  /** Whom it is with has deleted the account. */
  isDeleted: boolean;
  /** What stands for the name, where there is none, too. */
  words: string;
}

/** How a chat is called: by the friend, or by the group, as far as this page has heard of them. */
export const useChatTitle = (chat: Chat): ChatTitle => {
  const { names, groups, conversations } = useChats();
  const person = useStore(names).people.get(chat.chatId);
  const group = useStore(groups).mine.find(({ id }) => id === chat.chatId);
  const conversation = useStore(conversations).byKey.get(keyOf(chat));
  if (chat.chatType === 'group') {
    const name = group?.groupName ?? conversation?.name ?? null;
    return { name, image: group === undefined ? conversation?.image ?? null : group.profileImage, isDeleted: false, words: name ?? 'Group' };
  }
  const isDeleted = conversation?.isDeleted === true;
  const name = isDeleted ? null : person === undefined ? conversation?.name ?? null : person.user_name;
  const image = isDeleted ? null : person === undefined ? conversation?.image ?? null : person.profile_image;
  return { name, image, isDeleted, words: isDeleted ? deletedAccount : nameOf({ user_name: name }) };
};
