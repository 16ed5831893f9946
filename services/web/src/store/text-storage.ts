/** What the page needs of a browser's storage. */
export type TextStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export const keysOf = (storage: TextStorage): string[] => Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');

/** As a browser's, for as long as the page is open. */
export const memoryStorage = (): TextStorage => {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem(key, value) { items.set(key, value); },
    removeItem(key) { items.delete(key); },
    key: (index) => [...items.keys()][index] ?? null,
    get length() { return items.size; },
  };
};
