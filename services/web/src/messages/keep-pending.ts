import type { Chat, ChatClient, ChatMessage, UnsentMessage } from '@chat-backend/client';
import { explainError } from '../app/explain-error';
import { pageKey, type TextStorage } from '../conversations/keep-drafts';
import { createStore, type Readable } from '../store/create-store';

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

const readFailed = (storage: TextStorage, key: string): Pending[] => {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
};

export const keepPending = ({ on, send, unsent }: Pick<ChatClient, 'on' | 'send' | 'unsent'>, me: string, storage: TextStorage): KeptPending => {
  const failedKey = pageKey(me, 'failed');
  const store = createStore<readonly Pending[]>([...readFailed(storage, failedKey), ...unsent().map((message) => ({ ...message, status: 'sending' as const }))]);

  const writeFailed = (): void => {
    const failed = store.get().filter(({ status }) => status === 'failed');
    try {
      if (failed.length === 0) storage.removeItem(failedKey);
      else storage.setItem(failedKey, JSON.stringify(failed));
    } catch {
      // The storage is full: until the next reload they are kept here.
    }
  };
  const remove = (clientMessageId: string): void => {
    store.change((pending) => (pending.some((one) => one.clientMessageId === clientMessageId) ? pending.filter((one) => one.clientMessageId !== clientMessageId) : pending));
  };
  const refuse = (clientMessageId: string, error: unknown): void => {
    const reason = explainError(error);
    store.change((pending) => pending.map((one) => (one.clientMessageId === clientMessageId ? { ...one, status: 'failed' as const, reason } : one)));
    writeFailed();
  };

  const queue = (message: Omit<UnsentMessage, 'clientMessageId'>): void => {
    const { clientMessageId, stored } = send(message);
    store.change((pending) => [...pending, { ...message, clientMessageId, status: 'sending' }]);
    stored.catch((error: { code: string }) => { if (!isWaiting(error)) refuse(clientMessageId, error); });
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
      remove(clientMessageId);
      writeFailed();
      queue({ to: failed.to, chatType: failed.chatType, message: failed.message, messageType: failed.messageType });
    },
    drop(clientMessageId) {
      remove(clientMessageId);
      writeFailed();
    },
  };
};
