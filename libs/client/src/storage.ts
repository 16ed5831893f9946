import type { Report } from './emitter';

/** `localStorage` is one; its calls may also answer with promises. */
export interface ChatStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** One value in the storage, as JSON. */
export interface StoredValue<Value> {
  /** Whether there is a storage at all. */
  readonly isKept: boolean;
  /** What was stored; undefined where there is nothing that can be read. */
  read(): Promise<Value | undefined>;
  /** Resolves when it is stored; fails when the storage does. */
  write(value: Value): Promise<void>;
  remove(): Promise<void>;
}

/** Without a storage nothing is kept, and nothing fails. */
export const storedValue = <Value>(storage: ChatStorage | undefined, key: string, report: Report): StoredValue<Value> => ({
  isKept: storage !== undefined,
  async read() {
    try {
      const text = await storage?.getItem(key);
      return typeof text === 'string' ? JSON.parse(text) as Value : undefined;
    } catch (cause) {
      report({ code: 'STORAGE', message: `${key} could not be read`, cause });
      return undefined;
    }
  },
  async write(value) { await storage?.setItem(key, JSON.stringify(value)); },
  async remove() {
    try {
      await storage?.removeItem(key);
    } catch (cause) {
      report({ code: 'STORAGE', message: `${key} could not be removed`, cause });
    }
  },
});

/**
 * Writes one after the other, and what is asked for while one is under way once, with the next.
 * @returns writes what is there now; resolves when it, or something later, is stored
 */
export const createWriter = (write: () => Promise<void>): (() => Promise<void>) => {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    if (next === undefined) {
      const mine = underWay.then(() => {
        next = undefined;
        return write();
      });
      next = mine;
      underWay = mine.catch(() => undefined);
    }
    return next;
  };
};
