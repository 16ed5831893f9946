import type { NewMessage } from '@chat-backend/contracts';

/** Which socket a message came from: it has the acknowledgement, so that it does not get the push, whichever way the push comes. */
export interface SendingSockets {
  remember(senderId: string, clientMessageId: string, socketId: string): void;
  /** Each message is pushed here once: who was found is forgotten. */
  take(message: Pick<NewMessage, 'from' | 'clientMessageId'>): string | undefined;
}

/** Those beyond are the oldest: of messages that were refused, or sent before and sent again. */
const remembered = 20_000;

export const createSendingSockets = (): SendingSockets => {
  // A plain map: what leaves it soon costs the garbage collector little, and in a cache of the last thousands everything grows old.
  const sockets = new Map<string, string>();
  return {
    remember(senderId, clientMessageId, socketId) {
      sockets.set(senderId + clientMessageId, socketId);
      if (sockets.size <= remembered) return;
      for (const oldest of sockets.keys()) { sockets.delete(oldest); return; }
    },
    take({ from, clientMessageId }) {
      const key = from + clientMessageId;
      const socketId = sockets.get(key);
      if (socketId !== undefined) sockets.delete(key);
      return socketId;
    },
  };
};
