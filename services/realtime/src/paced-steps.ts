import { setTimeout as pause } from 'node:timers/promises';

/** Ten steps a second, each for whoever came meanwhile. */
const usualMs = 100;

/**
 * Works off what waits, one step under way. An idle process begins at once. After a step for several, the next begins so long after it at the
 * earliest, for all who come meanwhile, unless enough for a whole step wait already: a process whose clients all come back at once asks a few times a
 * second, however many they are.
 * @param waiting how many wait
 * @param step takes `atOnce` of them, or fewer; resolves to how many that was, and never rejects
 * @param beginEveryMs how long after a step for several the next one begins
 * @returns to be called when something waits
 */
export const createPacedSteps = (waiting: () => number, atOnce: number, step: () => Promise<number>, beginEveryMs = usualMs): (() => void) => {
  let underWay = false;
  const run = async (): Promise<void> => {
    underWay = true;
    while (waiting() > 0) {
      const begun = performance.now();
      const count = await step();
      const restMs = begun + beginEveryMs - performance.now();
      if (count > 1 && waiting() < atOnce && restMs > 0) await pause(restMs);
    }
    underWay = false;
  };
  return () => { if (!underWay) void run(); };
};
