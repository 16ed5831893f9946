import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** So near to the end one is at the end. */
const endPx = 48;
/** What is above is asked for before one is there. */
const olderPx = 800;

interface Anchor { row: HTMLElement; top: number }

export interface Scroll {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLOListElement | null>;
  isAtEnd: boolean;
  toEnd: () => void;
  onScroll: () => void;
}

/** The first line of which something is seen below `from`; they stand in order, so that half of them are left out at each look, and none is copied. */
const firstBelow = ({ children }: HTMLElement, from: number): number => {
  let [low, high] = [0, children.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const line = children[middle];
    if (line instanceof HTMLElement && line.offsetTop + line.offsetHeight > from) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** From there on, the nearest message; the line of a day moves up when older ones of that day come. `seq`: one that is stored. */
const messageFrom = ({ children }: HTMLElement, index: number, step: 1 | -1, has: 'row' | 'seq'): HTMLElement | undefined => {
  for (let at = index; at >= 0 && at < children.length; at += step) {
    const line = children[at];
    if (line instanceof HTMLElement && line.dataset[has] !== undefined) return line;
  }
  return undefined;
};

export interface ScrollOptions {
  /** Changes whenever other rows are shown. */
  rows: unknown;
  onNearTop: () => void;
  /** The last row that was seen. */
  onSeen: (seq: number) => void;
}

/**
 * What one reads stays where it is: at the end, the end stays in sight; elsewhere the first row in sight keeps its place, whatever is added above it or
 * grows late. Browsers' own anchoring is off: not all have it, and none keeps the end.
 */
export const useScroll = ({ rows, onNearTop, onSeen }: ScrollOptions): Scroll => {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLOListElement>(null);
  const isAtEndNow = useRef(true);
  const anchor = useRef<Anchor>(undefined);
  const isPlaced = useRef(false);
  const [isAtEnd, setAtEnd] = useState(true);

  const look = useCallback(() => {
    const [box, list] = [scroller.current, content.current];
    if (box === null || list === null) return;
    isAtEndNow.current = box.scrollHeight - box.scrollTop - box.clientHeight < endPx;
    setAtEnd(isAtEndNow.current);
    const first = messageFrom(list, firstBelow(list, box.scrollTop), 1, 'row');
    anchor.current = first === undefined ? undefined : { row: first, top: first.offsetTop - box.scrollTop };
    if (document.visibilityState === 'visible' && document.hasFocus()) {
      const end = isAtEndNow.current ? list.children.length : firstBelow(list, box.scrollTop + box.clientHeight);
      const last = messageFrom(list, end - 1, -1, 'seq');
      const seq = Number(last?.dataset['seq']);
      if (seq > 0) onSeen(seq);
    }
    if (isPlaced.current && box.scrollTop < olderPx) onNearTop();
  }, [onNearTop, onSeen]);

  const keepPlace = useCallback(() => {
    const [box, list] = [scroller.current, content.current];
    if (box === null || list === null || list.childElementCount === 0) return;
    const unread = list.querySelector<HTMLElement>('[data-unread]');
    const kept = anchor.current;
    if (!isPlaced.current && unread !== null) box.scrollTop = unread.offsetTop - 24;
    else if (isAtEndNow.current) box.scrollTop = box.scrollHeight;
    else if (kept?.row.isConnected === true) box.scrollTop = kept.row.offsetTop - kept.top;
    isPlaced.current = true;
    look();
  }, [look]);

  useLayoutEffect(keepPlace, [keepPlace, rows]);
  useEffect(() => {
    const [box, list] = [scroller.current, content.current];
    if (box === null || list === null) return undefined;
    const observer = new ResizeObserver(keepPlace);
    observer.observe(list);
    observer.observe(box);
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      observer.disconnect();
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [keepPlace, look]);

  const toEnd = useCallback(() => {
    isAtEndNow.current = true;
    keepPlace();
  }, [keepPlace]);
  return { scroller, content, isAtEnd, toEnd, onScroll: look };
};
