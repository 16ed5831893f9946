import type { ChatStorage } from '@chat-backend/client';
import { keysOf, type TextStorage } from '../store/text-storage';
import { browserStorage, tabStorage } from './browser-storage';
import { moveQueue, nameInWindow, queuesIn } from './unsent-queues';

const mostWindows = 100;
const lockOf = (window: number): string => `chat-window-${window}`;
const isShared = (key: string): boolean => key.endsWith(':session');

/** Resolves with whether this window has the lock now; it keeps it as long as it is open. */
const takeLock = (name: string): Promise<boolean> => new Promise((resolve, reject) => {
  navigator.locks.request(name, { ifAvailable: true }, (lock) => {
    resolve(lock !== null);
    return lock === null ? undefined : new Promise(() => undefined);
  }).catch(reject);
});

const takeNumber = async (): Promise<number> => {
  for (let number = 1; number <= mostWindows; number += 1) {
    if (await takeLock(lockOf(number))) return number;
  }
  throw new Error('Too many windows of this page are open');
};

/** Messages that a window left unsent when it was closed go with this one: who has written them does not wait for as many windows to be open again. */
const takeOverUnsent = async (own: number): Promise<void> => {
  for (const queue of queuesIn(browserStorage)) {
    if (queue.window === own) continue;
    await navigator.locks.request(lockOf(queue.window), { ifAvailable: true }, (lock) => { if (lock !== null) moveQueue(browserStorage, queue, own); });
  }
};

/**
 * The number of this window. Browsers have locks for https and localhost alone, and none for pages that are allowed no data. Without,
 * there is none: the tab's own storage is shared with nobody, and survives a reload.
 */
const openNumber = async (): Promise<number | undefined> => {
  if (!('locks' in navigator)) return undefined;
  try {
    const number = await takeNumber();
    await takeOverUnsent(number);
    return number;
  } catch {
    return undefined;
  }
};

/**
 * Windows of one browser share who is signed in. What is still unsent, and how far each chat was handed out, belongs to one window at a time:
 * the first window has the plain keys, each further one keys of its own, which the next window in its place takes over. What is unsent does not wait for that.
 */
export const openWindowStorage = async (): Promise<ChatStorage> => {
  const number = await openNumber();
  const placeOf = (key: string): [TextStorage, string] => {
    if (isShared(key)) return [browserStorage, key];
    return number === undefined ? [tabStorage, key] : [browserStorage, nameInWindow(key, number)];
  };
  return {
    getItem(key) {
      const [storage, name] = placeOf(key);
      return storage.getItem(name);
    },
    setItem(key, value) {
      const [storage, name] = placeOf(key);
      storage.setItem(name, value);
    },
    removeItem(key) {
      const [storage, name] = placeOf(key);
      storage.removeItem(name);
    },
  };
};

/** Forgets what any window of this browser, open or closed, has stored of a user who has left. */
export const forgetUser = (userId: string): void => {
  for (const storage of [browserStorage, tabStorage]) {
    for (const key of keysOf(storage)) if (key.startsWith(`chat:${userId}:`)) storage.removeItem(key);
  }
};
