import { memoryStorage, type TextStorage } from '../store/text-storage';

/** Where somebody allows the page no data, naming a storage throws, or there is none. What would be kept then lasts as long as the page is open. */
const storageOf = (name: 'localStorage' | 'sessionStorage'): TextStorage => {
  try {
    const storage = window[name];
    storage.getItem(name);
    return storage;
  } catch {
    return memoryStorage();
  }
};

/** Shared by all windows of this browser, and there after they are closed. */
export const browserStorage = storageOf('localStorage');
/** Of this tab alone; it survives a reload. */
export const tabStorage = storageOf('sessionStorage');
