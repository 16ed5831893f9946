import { useLayoutEffect, useRef, type RefObject } from 'react';

const isThere = (element: Element | null | undefined): element is HTMLElement => element instanceof HTMLElement && element.isConnected;

/** What had the focus was switched off for a while, or is gone: it goes back there, else to the pane, and not to nothing. */
export const keepFocus = (had: Element | null = null): void => {
  if (document.activeElement !== document.body) return;
  const next = isThere(had) ? had : document.querySelector('main');
  next?.focus();
};

/** For a part of the pane that goes when its button was used. */
export const useKeptFocus = (): void => { useLayoutEffect(() => () => { setTimeout(keepFocus); }, []); };

/**
 * When a dialog closes, the focus goes back to what opened it; to `opener` where that is gone by then, as an item of a menu is. Who has put the focus
 * somewhere else meanwhile keeps it.
 */
export const useFocusReturn = (isOpen: boolean, opener?: RefObject<HTMLElement | null>): void => {
  const had = useRef<Element>(null);
  useLayoutEffect(() => {
    if (!isOpen) return undefined;
    had.current = document.activeElement;
    return () => {
      const { activeElement } = document;
      if (activeElement !== document.body && activeElement?.closest('[role=dialog]') === null) return;
      const next = isThere(had.current) ? had.current : opener?.current;
      next?.focus();
    };
  }, [isOpen, opener]);
};
