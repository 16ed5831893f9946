import { Refusal } from '@chat-backend/service-kit';

/** @throws Refusal BUSY when too many wait, and whatever the work throws */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Does so much at once; the rest waits its turn, up to a bound. */
export const createTurns = (atOnce: number, waitingAtMost: number): InTurn => {
  const waiting: (() => void)[] = [];
  let working = 0;

  /** Whoever ends hands its place to who waits longest, so that nobody who comes meanwhile is first. */
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) working -= 1;
    else next();
  };

  return async (work) => {
    if (working < atOnce) working += 1;
    else {
      if (waiting.length >= waitingAtMost) throw new Refusal('BUSY');
      await new Promise<void>((resolve) => { waiting.push(resolve); });
    }
    try {
      return await work();
    } finally {
      leave();
    }
  };
};
