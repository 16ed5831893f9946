import { useChats } from '../chats/chats-provider';
import { useStore } from '../store/use-store';
import { unreadOf } from './keep-conversations';

/** How many messages I have not read, in all chats. */
export const useUnread = (): number => [...useStore(useChats().conversations).byKey.values()].reduce((sum, conversation) => sum + unreadOf(conversation), 0);
