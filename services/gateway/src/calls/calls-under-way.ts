import type { RequestHandler } from 'express';

/** The calls that a drain waits for. */
export interface CallsUnderWay {
  count: RequestHandler;
  /** From now on each reply ends its connection. Resolves when no call is under way. */
  finish(): Promise<void>;
}

export const createCallsUnderWay = (): CallsUnderWay => {
  let underWay = 0;
  let isFinishing = false;
  let lastEnded: (() => void) | undefined;
  return {
    count(_request, response, next) {
      underWay += 1;
      if (isFinishing) response.setHeader('Connection', 'close');
      response.once('close', () => {
        underWay -= 1;
        if (underWay === 0) lastEnded?.();
      });
      next();
    },
    async finish() {
      isFinishing = true;
      if (underWay > 0) await new Promise<void>((resolve) => { lastEnded = resolve; });
    },
  };
};
