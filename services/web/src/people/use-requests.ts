import { useChats } from '../chats/chats-provider';
import { useStore } from '../store/use-store';

/** How many people wait for my answer. */
export const useRequests = (): number => useStore(useChats().people).lists.received.length;
