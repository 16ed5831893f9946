/** What a component may see of a value that changes. Each change is a new value, so that `===` tells whether it did. */
export interface Readable<Value> {
  get(): Value;
  /** @returns how to stop listening */
  subscribe(listener: () => void): () => void;
}

export interface Store<Value> extends Readable<Value> {
  /** The same value again tells nobody. */
  change(by: (value: Value) => Value): void;
}

export const createStore = <Value>(first: Value): Store<Value> => {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    subscribe(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    change(by) {
      const next = by(value);
      if (next === value) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
  };
};

/** Whether a list is there; `failed` says why it is not, and the page offers to try again. */
export type Loading = { status: 'loading' } | { status: 'ready' } | { status: 'failed'; error: unknown };
