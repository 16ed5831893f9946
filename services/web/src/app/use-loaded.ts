import { useCallback, useEffect, useState } from 'react';
import { explainError } from './explain-error';

export interface Loaded<Value> {
  /** What came last; it stays while it is read again. */
  value: Value | undefined;
  fault: string | undefined;
  reload(): Promise<void>;
}

/** Reads something when it is first shown, and again when asked to. `load` is to be the same function from one rendering to the next. */
export const useLoaded = <Value>(load: () => Promise<Value>): Loaded<Value> => {
  const [value, setValue] = useState<Value>();
  const [fault, setFault] = useState<string>();
  const reload = useCallback(async () => {
    try {
      setValue(await load());
      setFault(undefined);
    } catch (error) {
      setFault(explainError(error));
    }
  }, [load]);
  useEffect(() => { void reload(); }, [reload]);
  return { value, fault, reload };
};
