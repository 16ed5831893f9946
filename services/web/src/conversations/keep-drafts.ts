import type { Chat } from '@chat-backend/client';
import { keyOf } from '../chats/chat-key';
import { keysOf, type TextStorage } from '../store/text-storage';

/** What was typed and not sent, for each chat; it survives a reload where there is room for it. */
export interface Drafts {
  read(chat: Chat): string;
  write(chat: Chat, text: string): void;
}

const prefixOf = (me: string): string => `chat-page:${me}:`;
export const pageKey = (me: string, what: string): string => `${prefixOf(me)}${what}`;

/** Forgets what this page has kept of a user: who signs out leaves nothing to the next who sits down here. */
export const forgetWritten = (storage: TextStorage, me: string): void => {
  for (const key of keysOf(storage)) if (key.startsWith(prefixOf(me))) storage.removeItem(key);
};

export const keepDrafts = (storage: TextStorage, me: string): Drafts => {
  const drafts = new Map<string, string>();
  const storageKey = (chat: Chat): string => pageKey(me, `draft:${keyOf(chat)}`);
  return {
    read: (chat) => drafts.get(keyOf(chat)) ?? storage.getItem(storageKey(chat)) ?? '',
    write(chat, text) {
      drafts.set(keyOf(chat), text);
      try {
        if (text === '') storage.removeItem(storageKey(chat));
        else storage.setItem(storageKey(chat), text);
      } catch {
        // The storage is full: until the next reload it is kept here.
      }
    },
  };
};
