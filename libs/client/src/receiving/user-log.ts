import type { UserEvent } from '@chat-backend/contracts';

/** My log, as far as it was handed out. Like a conversation, with one line of numbers. */
export interface UserLog {
  /** Undefined until it is known where it ends. */
  number: number | undefined;
  isBehind: boolean;
  heardNumber: number;
  held: Map<number, UserEvent>;
}

export const newUserLog = (number: number | undefined): UserLog => ({ number, isBehind: true, heardNumber: 0, held: new Map() });

export const logHasGap = ({ number, heardNumber }: UserLog): boolean => number === undefined || heardNumber > number;

/** More than this is not held: it is known to be missing, and fetched. */
const mostHeld = 1_000;

export const releaseLog = (log: UserLog, onEvent: (event: UserEvent) => void): void => {
  if (log.number === undefined) return;
  for (let next = log.held.get(log.number + 1); next !== undefined; next = log.held.get(log.number + 1)) {
    log.number = next.number;
    onEvent(next);
  }
  for (const number of log.held.keys()) if (number <= log.number) log.held.delete(number);
};

/** An event that came by itself: the next is handed out, what was there is dropped, what jumps waits for what is missing. */
export const offerEvent = (log: UserLog, event: UserEvent, onEvent: (event: UserEvent) => void): void => {
  if (log.number !== undefined && event.number <= log.number) return;
  log.heardNumber = Math.max(log.heardNumber, event.number);
  if (log.held.size < mostHeld) log.held.set(event.number, event);
  if (!log.isBehind) releaseLog(log, onEvent);
};

/** Applies a page that was checked. */
export const applyLogPage = (log: UserLog, { events, toNumber }: { events: readonly UserEvent[]; toNumber: number }, onEvent: (event: UserEvent) => void): void => {
  for (const event of events) {
    log.number = event.number;
    onEvent(event);
  }
  log.number = toNumber;
};
