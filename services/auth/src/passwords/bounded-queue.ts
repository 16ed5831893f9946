import { Refusal } from '@chat-backend/service-kit';

export interface BoundedQueue {
  /** @throws Refusal BUSY: at once when as many tasks wait as may, or when it has waited for as long as it may */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
}

export interface BoundedQueueOptions {
  /** Tasks under way at one time. */
  slots: number;
  /** Tasks that may wait for a slot, first come first served. */
  places: number;
  /** How long one waits at most: nobody may be there any more for what comes too late. */
  waitMs: number;
}

const retryAfterSeconds = 2;

export const createBoundedQueue = ({ slots, places, waitMs }: BoundedQueueOptions): BoundedQueue => {
  const waiting = new Set<() => void>();
  let underWay = 0;

  const wait = (): Promise<void> => new Promise((resolve, reject) => {
    const begin = (): void => {
      clearTimeout(timer);
      waiting.delete(begin);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.delete(begin);
      reject(new Refusal('BUSY', { retryAfterSeconds }));
    }, waitMs);
    waiting.add(begin);
  });
  const takeSlot = async (): Promise<void> => {
    if (underWay < slots) { underWay++; return; }
    if (waiting.size >= places) throw new Refusal('BUSY', { retryAfterSeconds });
    await wait();
  };
  /** A slot that is handed on stays counted. */
  const giveSlot = (): void => {
    const [next] = waiting;
    if (next === undefined) underWay--;
    else next();
  };

  return {
    async run(task) {
      await takeSlot();
      try { return await task(); } finally { giveSlot(); }
    },
  };
};
