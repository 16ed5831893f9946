import type { ChatClient } from '@chat-backend/client';
import { createStore, type Loading, type Readable } from './create-store';

export type Loadable<Value> = Value & { loading: Loading };

/** What is read from the server as a whole, and from then on follows what is heard. */
export interface KeptRead<Value> extends Readable<Loadable<Value>> {
  /** One reading at a time; what is asked for while one is under way is asked for once more after it. */
  load(): Promise<void>;
  /** Shown at once, and done once more to what is being read, which may have been asked for before: `by` changes nothing where it was done already. */
  change(by: (value: Value) => Value): void;
  /** Counts what the log says of `id`: that is newer than an answer that was asked for before. */
  hear(id: string): void;
  /** Changes it by what a call has done, unless the log has said something newer of `id` meanwhile. Fails as the call does. */
  changeAfter(id: string, calling: Promise<unknown>, by: (value: Value) => Value): Promise<void>;
}

export interface ReadOptions<Value, Answer> {
  /** Before anything is read. */
  first: Value;
  ask: () => Promise<Answer>;
  /** What an answer makes of what was there. */
  take: (before: Value, answer: Answer) => Value;
}

/** It is read anew when the log goes back, and, where that had failed, when the connection is here again. What is there stays when a later reading fails. */
export const keepRead = <Value extends object, Answer>({ on }: Pick<ChatClient, 'on'>, { first, ask, take }: ReadOptions<Value, Answer>): KeptRead<Value> => {
  const store = createStore<Loadable<Value>>({ ...first, loading: { status: 'loading' } });
  const heard = new Map<string, number>();
  let sinceAsked: ((value: Value) => Value)[] = [];
  let reading: Promise<void> | undefined;
  let isAskedAgain = false;

  const change: KeptRead<Value>['change'] = (by) => {
    if (reading !== undefined) sinceAsked.push(by);
    store.change((before) => {
      const next = by(before);
      return next === before ? before : { ...next, loading: before.loading };
    });
  };

  const read = async (): Promise<void> => {
    sinceAsked = [];
    try {
      const answer = await ask();
      store.change((before) => ({ ...sinceAsked.reduce((value, by) => by(value), take(before, answer)), loading: { status: 'ready' } }));
    } catch (error) {
      store.change((before) => (before.loading.status === 'ready' ? before : { ...before, loading: { status: 'failed', error } }));
    }
  };

  const readUntilNew = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      await read();
    } while (isAskedAgain);
    reading = undefined;
  };

  const load = (): Promise<void> => {
    store.change((before) => (before.loading.status === 'failed' ? { ...before, loading: { status: 'loading' } } : before));
    isAskedAgain = reading !== undefined;
    reading ??= readUntilNew();
    return reading;
  };

  on('fault', ({ code }) => { if (code === 'LOG_RESET') void load(); });
  on('state', (state) => { if (state === 'live' && store.get().loading.status === 'failed') void load(); });

  return {
    get: store.get, subscribe: store.subscribe, load, change,
    hear(id) { heard.set(id, (heard.get(id) ?? 0) + 1); },
    async changeAfter(id, calling, by) {
      const before = heard.get(id);
      await calling;
      if (heard.get(id) === before) change(by);
    },
  };
};
