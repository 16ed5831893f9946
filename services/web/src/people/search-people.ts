import type { ChatClient } from '@chat-backend/client';
import { createStore, type Readable } from '../store/create-store';
import type { Person } from './keep-people';

export interface Search {
  query: string;
  /** Of what was asked for last; it stays on the page while the next is under way. */
  found: readonly Person[];
  status: 'idle' | 'searching' | 'found' | 'failed';
  error?: unknown;
  hasMore: boolean;
}

export interface PeopleSearch extends Readable<Search> {
  /** Asks a moment after the last key; an answer to an earlier query is dropped. */
  ask(query: string): void;
  /** Asks the same again, at once. */
  again(): void;
  stop(): void;
}

const nothing: Search = { query: '', found: [], status: 'idle', hasMore: false };

export const searchPeople = ({ call }: Pick<ChatClient, 'call'>, waitMs = 250): PeopleSearch => {
  const store = createStore<Search>(nothing);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay = new AbortController();

  const search = async (query: string): Promise<void> => {
    const { signal } = underWay;
    try {
      const { data, nextCursor } = await call('search-users', { query, limit: 20 }, { signal });
      if (!signal.aborted) store.change(() => ({ query, found: data, status: 'found', hasMore: nextCursor !== undefined }));
    } catch (error) {
      if (!signal.aborted) store.change((before) => ({ ...before, query, status: 'failed', error }));
    }
  };

  const stop = (): void => {
    clearTimeout(timer);
    underWay.abort();
    underWay = new AbortController();
  };

  const begin = (text: string, afterMs: number): void => {
    stop();
    const query = text.trim();
    if (query === '') {
      store.change(() => nothing);
      return;
    }
    store.change(({ found, hasMore }) => ({ query, found, hasMore, status: 'searching' }));
    timer = setTimeout(() => { void search(query); }, afterMs);
  };

  return {
    get: store.get, subscribe: store.subscribe, stop,
    ask(query) { begin(query, waitMs); },
    again() { begin(store.get().query, 0); },
  };
};
