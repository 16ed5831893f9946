import type { ChatClient } from '@chat-backend/client';
import { createStore, type Readable } from '../store/create-store';
import type { Group } from './keep-groups';

export interface FoundGroups {
  /** What the names are looked through for. */
  query: string;
  /** Those whose names have it, of the groups that were read so far. */
  found: readonly Group[];
  status: 'reading' | 'ready' | 'failed';
  error?: unknown;
  hasMore: boolean;
}

export interface GroupFinder extends Readable<FoundGroups> {
  /** Looks for a part of the name among the groups that I can join; reads on until enough are found. */
  ask(query: string): void;
  more(): void;
  /** From the beginning: groups come and go. */
  reload(): void;
}

const enough = 20;
const pageSize = 100;
/** At once: who looks for a name that is nowhere must not read a million groups. `more` reads on. */
const mostPagesAtOnce = 10;

export const findGroups = ({ call }: Pick<ChatClient, 'call'>): GroupFinder => {
  const store = createStore<FoundGroups>({ query: '', found: [], status: 'reading', hasMore: true });
  let read = new Map<string, Group>();
  let cursor: string | undefined;
  let isAtEnd = false;
  let wanted = enough;
  /** Counts beginnings: what belongs to an earlier one is dropped. */
  let turn = 0;

  const matching = (query: string): Group[] => [...read.values()].filter(({ groupName }) => groupName.toLowerCase().includes(query.toLowerCase()));

  const show = (status: 'reading' | 'ready'): void => {
    store.change(({ query }) => {
      const found = matching(query);
      return { query, found: found.slice(0, wanted), status, hasMore: !isAtEnd || found.length > wanted };
    });
  };

  const readPage = async (mine: number): Promise<void> => {
    const { data, nextCursor } = await call('get-all-groups-join', { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
    if (mine !== turn) return;
    for (const group of data) read.set(group.id, group);
    cursor = nextCursor;
    isAtEnd = nextCursor === undefined;
  };

  const readOn = async (): Promise<void> => {
    turn += 1;
    const mine = turn;
    show('reading');
    try {
      for (let pages = 0; pages < mostPagesAtOnce && mine === turn && !isAtEnd && matching(store.get().query).length < wanted; pages += 1) await readPage(mine);
      if (mine === turn) show('ready');
    } catch (error) {
      if (mine === turn) store.change((before) => ({ ...before, status: 'failed', error }));
    }
  };

  return {
    get: store.get, subscribe: store.subscribe,
    ask(query) {
      wanted = enough;
      store.change((before) => ({ ...before, query: query.trim() }));
      void readOn();
    },
    more() {
      wanted += enough;
      void readOn();
    },
    reload() {
      [read, cursor, isAtEnd, wanted] = [new Map(), undefined, false, enough];
      void readOn();
    },
  };
};
