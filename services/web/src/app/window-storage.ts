import type { ChatStorage } from '@chat-backend/client';
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
  for (const queue of queuesIn(window.localStorage)) {
    if (queue.window === own) continue;
    await navigator.locks.request(lockOf(queue.window), { ifAvailable: true }, (lock) => { if (lock !== null) moveQueue(window.localStorage, queue, own); });
  }
};

/**
 * Windows of one browser share who is signed in. What is still unsent, and how far each chat was handed out, belongs to one window at a time:
 * the first window has the plain keys, each further one keys of its own, which the next window in its place takes over. What is unsent does not wait for that.
 */
export const openWindowStorage = async (): Promise<ChatStorage> => {
  // Browsers have locks for https and localhost alone. Elsewhere the tab's own storage is shared with nobody, and survives a reload.
  const hasLocks = 'locks' in navigator;
  const number = hasLocks ? await takeNumber() : 1;
  if (hasLocks) await takeOverUnsent(number);
  const own = hasLocks ? window.localStorage : window.sessionStorage;
  const placeOf = (key: string): [Storage, string] => isShared(key) ? [window.localStorage, key] : [own, nameInWindow(key, number)];
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
  for (const storage of [window.localStorage, window.sessionStorage]) {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(`chat:${userId}:`)) storage.removeItem(key);
    }
  }
};
