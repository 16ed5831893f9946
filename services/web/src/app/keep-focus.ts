import { useLayoutEffect, useRef, type RefObject } from 'react';

const isThere = (element: Element | null | undefined): element is HTMLElement => element instanceof HTMLElement && element.isConnected && element !== document.body;

/** What had the focus was switched off for a while, or is gone: it goes back there, else to the pane, and not to nothing. */
export const keepFocus = (had: Element | null = null): void => {
  if (document.activeElement !== document.body) return;
  const next = isThere(had) ? had : document.querySelector('main');
  next?.focus();
};

/** For a part of the pane that goes when its button was used. */
export const useKeptFocus = (): void => { useLayoutEffect(() => () => { setTimeout(keepFocus); }, []); };

/** With a dialog, it has gone to the pane or to nothing. */
const isLost = (active: Element | null): boolean => active === null || active === document.body || active.matches('main, [role=dialog] *');

/**
 * When a dialog has closed, the focus goes back to what opened it; to `opener` where that is gone by then, as an item of a menu is, and else to the pane.
 * Who has put it somewhere else meanwhile keeps it.
 */
export const useFocusReturn = (isOpen: boolean, opener?: RefObject<HTMLElement | null>): void => {
  const had = useRef<Element>(null);
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    had.current = document.activeElement;
    // Not before what the dialog has changed is drawn: it may have taken away what opened it.
    return () => {
      setTimeout(() => {
        if (isLost(document.activeElement)) [had.current, opener?.current, document.querySelector('main')].find(isThere)?.focus();
      });
    };
  }, [isOpen, opener]);
};
