import { useMemo, useSyncExternalStore } from 'react';

/**
 * Where somebody is in the page, as the parts of `#/chats/friend/<id>`. The hash never reaches the server: no address of the page can hide
 * one of the API's, and it works below any PUBLIC_URL.
 */
export type Place = readonly string[];

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener);
  return () => { window.removeEventListener('hashchange', listener); };
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

export const hrefOf = (...place: Place): string => `#/${place.map(encodeURIComponent).join('/')}`;
export const placeOf = (hash: string): Place => hash.replace(/^#?\/?/, '').split('/').filter((part) => part !== '').map(decode);

/** The place that is open; rendered again when it changes. */
export const usePlace = (): Place => {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => placeOf(hash), [hash]);
};

export const goTo = (...place: Place): void => { window.location.hash = hrefOf(...place); };

/** Goes there without a step in the history: for what nobody wants to come back to. */
export const replaceWith = (...place: Place): void => {
  window.location.replace(hrefOf(...place));
};
