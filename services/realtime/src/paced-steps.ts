import { setTimeout as pause } from 'node:timers/promises';

const beginEveryMs = 100;

/**
 * Works off what waits, one step under way. An idle process begins at once. After a step for several, the next begins a tenth of a second after it at the
 * earliest, for all who come meanwhile: a process whose clients all come back at once asks ten times a second, however many they are.
 * @param step takes what waits, or a part of it; resolves to how many that was, and never rejects
 * @returns to be called when something waits
 */
export const createPacedSteps = (waits: () => boolean, step: () => Promise<number>): (() => void) => {
  let underWay = false;
  const run = async (): Promise<void> => {
    underWay = true;
    while (waits()) {
      const begun = performance.now();
      const count = await step();
      const restMs = begun + beginEveryMs - performance.now();
      if (count > 1 && restMs > 0) await pause(restMs);
    }
    underWay = false;
  };
  return () => { if (!underWay) void run(); };
};
