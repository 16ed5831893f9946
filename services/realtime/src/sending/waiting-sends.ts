import type { BatchEntry, ErrorCode } from '@chat-backend/contracts';

/** What became of a message. */
export type SendOutcome = { id: string; seq: number; createdAt: string } | { code: ErrorCode };

/** A message on its way to messaging. */
export interface Send {
  entry: BatchEntry;
  conversation: string;
  /** Tried until then, by the clock that never jumps: `performance.now()`. */
  until: number;
  settle(outcome: SendOutcome): void;
}

/** How many of the oldest have waited too long. All are tried for equally long, so they stand first. */
export const countExpired = (sends: readonly Send[]): number => {
  const now = performance.now();
  const first = sends.findIndex(({ until }) => until > now);
  return first === -1 ? sends.length : first;
};

const batchEntries = 500;
/** Each character takes at most six bytes of JSON: so many keep a batch below what messaging reads in one call (16 MB). */
const batchCharacters = 2_000_000;
const waitingEntries = 20_000;
const waitingCharacters = 20_000_000;

/** What waits for the next batch, oldest first; bounded. */
export interface WaitingSends {
  readonly size: number;
  /** @returns false when there is no room */
  add(send: Send): boolean;
  /** Back to the front, in their order: they were tried before. */
  putBack(sends: readonly Send[]): void;
  /** The next batch; without what waited too long, which is settled as not available. */
  take(): Send[];
}

export const createWaitingSends = (): WaitingSends => {
  let sends: Send[] = [];
  let characters = 0;

  /** How many of the oldest fit into one batch; at least one. */
  const batchLength = (): number => {
    let length = 0;
    let total = 0;
    for (const { entry } of sends) {
      total += entry.message.length;
      if (length === batchEntries || (length > 0 && total > batchCharacters)) return length;
      length += 1;
    }
    return length;
  };

  const remove = (count: number): Send[] => {
    const removed = sends.splice(0, count);
    for (const { entry } of removed) characters -= entry.message.length;
    return removed;
  };

  return {
    get size() { return sends.length; },
    add(send) {
      if (sends.length >= waitingEntries || characters > waitingCharacters) return false;
      sends.push(send);
      characters += send.entry.message.length;
      return true;
    },
    putBack(back) {
      sends = [...back, ...sends];
      for (const { entry } of back) characters += entry.message.length;
    },
    take() {
      for (const { settle } of remove(countExpired(sends))) settle({ code: 'UNAVAILABLE' });
      return remove(batchLength());
    },
  };
};
