import { useSyncExternalStore } from 'react';
import type { Readable } from './create-store';

/** The value as it is now; the component is drawn again when it changes. */
export const useStore = <Value>(store: Readable<Value>): Value => useSyncExternalStore(store.subscribe, store.get);
