import type { Chat, ChatClient, ChatError, ChatMessage, UnsentMessage } from '@chat-backend/client';
import { explainError } from '../app/explain-error';
import { pageKey } from '../conversations/keep-drafts';
import { createStore, type Readable } from '../store/create-store';
import { keysOf, type TextStorage } from '../store/text-storage';

/** A message of mine that is not in its chat yet. */
export interface Pending extends UnsentMessage {
  status: 'sending' | 'failed';
  /** Why it was refused for good, in words. */
  reason?: string;
}

/** What I have written, from the moment I sent it until it has its place in the chat. What was refused stays, too, until it is sent again or dropped. */
export interface KeptPending extends Readable<readonly Pending[]> {
  send(chat: Chat, message: string, messageType?: UnsentMessage['messageType']): void;
  /** It takes its place behind what is waiting now. */
  retry(clientMessageId: string): void;
  drop(clientMessageId: string): void;
}

/** Neither stored nor refused: it is in the library's queue, for the next time. */
const isWaiting = (error: { code: string }): boolean => error.code === 'SESSION_ENDED' || error.code === 'CLOSED';

/** One key for each: other windows of this browser keep theirs beside them. */
const failedKey = (me: string, clientMessageId: string): string => pageKey(me, `failed:${clientMessageId}`);

const readFailed = (storage: TextStorage, me: string): Pending[] => {
  const keys = keysOf(storage).filter((key) => key.startsWith(failedKey(me, '')));
  return keys.flatMap((key): Pending[] => {
    try {
      return [JSON.parse(storage.getItem(key) ?? '') as Pending];
    } catch {
      return [];
    }
  });
};

export const keepPending = ({ on, send, unsent }: Pick<ChatClient, 'on' | 'send' | 'unsent'>, me: string, storage: TextStorage): KeptPending => {
  const store = createStore<readonly Pending[]>([...readFailed(storage, me), ...unsent().map((message) => ({ ...message, status: 'sending' as const }))]);

  const keepFailed = (failed: Pending): void => {
    try {
      storage.setItem(failedKey(me, failed.clientMessageId), JSON.stringify(failed));
    } catch {
      // The storage is full: until the next reload it is kept here.
    }
  };
  const remove = (clientMessageId: string): void => {
    store.change((pending) => (pending.some((one) => one.clientMessageId === clientMessageId) ? pending.filter((one) => one.clientMessageId !== clientMessageId) : pending));
  };
  const refuse = (clientMessageId: string, error: ChatError): void => {
    const reason = error.code === 'INVALID_REQUEST' ? 'The server does not take this text.' : explainError(error);
    store.change((pending) => pending.map((one) => (one.clientMessageId === clientMessageId ? { ...one, status: 'failed' as const, reason } : one)));
    const failed = store.get().find((one) => one.clientMessageId === clientMessageId);
    if (failed !== undefined) keepFailed(failed);
  };
  const drop = (clientMessageId: string): void => {
    remove(clientMessageId);
    storage.removeItem(failedKey(me, clientMessageId));
  };

  const queue = (message: Omit<UnsentMessage, 'clientMessageId'>): void => {
    const { clientMessageId, stored } = send(message);
    store.change((pending) => [...pending, { ...message, clientMessageId, status: 'sending' }]);
    stored.catch((error: ChatError) => { if (!isWaiting(error)) refuse(clientMessageId, error); });
  };

  on('message', ({ from, clientMessageId }: ChatMessage) => { if (from === me) remove(clientMessageId); });
  // Of what was queued before a reload nobody waits for an answer.
  on('sendRefused', ({ message, error }) => { refuse(message.clientMessageId, error); });
  // Stored and handed out before a crash, and only its acknowledgement was lost: it is in the queue no more, and in the chat already.
  on('state', (state) => {
    if (state !== 'live') return;
    const queued = new Set(unsent().map(({ clientMessageId }) => clientMessageId));
    store.change((pending) => (pending.every((one) => one.status === 'failed' || queued.has(one.clientMessageId)) ? pending : pending.filter((one) => one.status === 'failed' || queued.has(one.clientMessageId))));
  });

  return {
    get: store.get, subscribe: store.subscribe,
    send(chat, message, messageType = 'TEXT') { queue({ to: chat.chatId, chatType: chat.chatType, message, messageType }); },
    retry(clientMessageId) {
      const failed = store.get().find((one) => one.clientMessageId === clientMessageId && one.status === 'failed');
      if (failed === undefined) return;
      drop(clientMessageId);
      queue({ to: failed.to, chatType: failed.chatType, message: failed.message, messageType: failed.messageType });
    },
    drop,
  };
};
