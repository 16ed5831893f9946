import { useCallback, useEffect, useRef, useState } from 'react';
import { keepFocus } from './keep-focus';
import { notify, notifyError } from './notify';

export interface ServerAction {
  isBusy: boolean;
  /** Runs it unless one is under way, and tells what went wrong; `done` is told when it went well. */
  run: (work: () => Promise<unknown>, done?: string) => void;
}

/** What a button does at the server. */
export const useServerAction = (): ServerAction => {
  const [isBusy, setBusy] = useState(false);
  const isRunning = useRef(false);
  const isMounted = useRef(true);
  /** A button that is busy is switched off, and loses the focus by that. */
  const started = useRef<Element>(null);
  const giveBackFocus = useCallback(() => {
    if (started.current !== null) keepFocus(started.current);
    started.current = null;
  }, []);
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
      giveBackFocus();
    };
  }, [giveBackFocus]);
  useEffect(() => { if (!isBusy) giveBackFocus(); }, [isBusy, giveBackFocus]);
  const run = useCallback<ServerAction['run']>((work, done) => {
    if (isRunning.current) return;
    isRunning.current = true;
    started.current = document.activeElement;
    setBusy(true);
    work().then(() => { if (done !== undefined) notify(done); }, notifyError).finally(() => {
      isRunning.current = false;
      if (isMounted.current) setBusy(false);
    });
  }, []);
  return { isBusy, run };
};
