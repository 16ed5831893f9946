import { Refusal } from '@chat-backend/service-kit';

export interface BoundedQueue {
  /** @throws Refusal BUSY, at once, when as many tasks wait as may */
  run<Result>(task: () => Promise<Result>): Promise<Result>;
}

export interface BoundedQueueOptions {
  /** Tasks under way at one time. */
  slots: number;
  /** Tasks that may wait for a slot, first come first served. */
  places: number;
}

export const createBoundedQueue = ({ slots, places }: BoundedQueueOptions): BoundedQueue => {
  const waiting: (() => void)[] = [];
  let underWay = 0;

  const takeSlot = async (): Promise<void> => {
    if (underWay < slots) { underWay++; return; }
    if (waiting.length >= places) throw new Refusal('BUSY', { retryAfterSeconds: 2 });
    await new Promise<void>((resolve) => { waiting.push(resolve); });
  };
  /** A slot that is handed on stays counted. */
  const giveSlot = (): void => {
    const next = waiting.shift();
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
