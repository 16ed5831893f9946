import type { UnsentMessage } from '@chat-backend/client';
import { keysOf, type TextStorage } from '../store/text-storage';

/** The first window has the plain keys, each further one keys of its own. */
export const nameInWindow = (key: string, window: number): string => (window === 1 ? key : `${key}:window-${window}`);

const queueName = /^(?<key>chat:.+:unsent)(?::window-(?<window>\d+))?$/;

export interface Queue { key: string; window: number }

/** The queues of unsent messages that windows of this browser have, open or closed. */
export const queuesIn = (storage: TextStorage): Queue[] => keysOf(storage).flatMap((name) => {
  const { key, window = '1' } = queueName.exec(name)?.groups ?? {};
  return key === undefined ? [] : [{ key, window: Number(window) }];
});

const readQueue = (storage: TextStorage, name: string): UnsentMessage[] => JSON.parse(storage.getItem(name) ?? '[]') as UnsentMessage[];

/**
 * Puts what a window has left unsent behind what another one has. It is written there before it is removed here: a crash leaves it in both,
 * and what is sent twice the server stores once. What cannot be read, or has no room there, stays where it is.
 */
export const moveQueue = (storage: TextStorage, { key, window: from }: Queue, to: number): void => {
  try {
    const [own, left] = [readQueue(storage, nameInWindow(key, to)), readQueue(storage, nameInWindow(key, from))];
    const known = new Set(own.map(({ clientMessageId }) => clientMessageId));
    const added = left.filter(({ clientMessageId }) => !known.has(clientMessageId));
    if (added.length > 0) storage.setItem(nameInWindow(key, to), JSON.stringify([...own, ...added]));
    storage.removeItem(nameInWindow(key, from));
  } catch {
    // The next window that opens tries again.
  }
};
