import { setTimeout as pause } from 'node:timers/promises';

const pausesMs = [50, 100, 200, 400, 800, 1_600];

/** Tries again a few times, for about three seconds; then throws the last error. */
export const retryBriefly = async <Result>(attempt: () => Promise<Result>): Promise<Result> => {
  for (const pauseMs of pausesMs) {
    try {
      return await attempt();
    } catch {
      await pause(pauseMs);
    }
  }
  return attempt();
};
