import { useCallback, useEffect, useState } from 'react';
import type { Chat } from '@chat-backend/client';
import { keyOf } from '../chats/chat-key';
import { useChats } from '../chats/chats-provider';
import { useStore } from '../store/use-store';

export interface UnreadLine {
  /** The line stands above what is behind this. */
  unreadAfter: number;
  /** Who answers has read it. */
  clear: () => void;
}

/** Where I had read up to when I opened the chat, or when I last looked away from it: the line stays while I read what is below it. */
export const useUnreadLine = (chat: Chat): UnreadLine => {
  const { conversations } = useChats();
  const { loading, byKey } = useStore(conversations);
  const lastReadSeq = byKey.get(keyOf(chat))?.lastReadSeq;
  const [unreadAfter, setUnreadAfter] = useState<number>();
  // Before the list is here it is not known.
  if (unreadAfter === undefined && lastReadSeq !== undefined && loading.status === 'ready') setUnreadAfter(lastReadSeq);
  useEffect(() => {
    const lookAway = (): void => { setUnreadAfter(conversations.get().byKey.get(keyOf(chat))?.lastReadSeq); };
    window.addEventListener('blur', lookAway);
    return () => { window.removeEventListener('blur', lookAway); };
  }, [conversations, chat]);
  const clear = useCallback(() => { setUnreadAfter(Number.MAX_SAFE_INTEGER); }, []);
  return { unreadAfter: unreadAfter ?? Number.MAX_SAFE_INTEGER, clear };
};
