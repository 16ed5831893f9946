import type { NewMessage } from '@chat-backend/contracts';
import { LRUCache } from 'lru-cache';

/** Which socket a message came from: it has the acknowledgement, so that it does not get the push, whichever way the push comes. */
export interface SendingSockets {
  remember(senderId: string, clientMessageId: string, socketId: string): void;
  find(message: Pick<NewMessage, 'from' | 'clientMessageId'>): string | undefined;
}

const remembered = 20_000;

export const createSendingSockets = (): SendingSockets => {
  const sockets = new LRUCache<string, string>({ max: remembered });
  return {
    remember(senderId, clientMessageId, socketId) { sockets.set(senderId + clientMessageId, socketId); },
    find: ({ from, clientMessageId }) => sockets.get(from + clientMessageId),
  };
};
