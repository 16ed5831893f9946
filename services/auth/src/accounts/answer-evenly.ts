import { setTimeout as wait } from 'node:timers/promises';

/** More than the writes of a known address take. */
const leastMs = 100;

/** Answers, or refuses, no sooner than a fixed time, so that nobody can read from the clock whether an address is known. */
export const answerEvenly = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const least = wait(leastMs);
  try { return await work(); } finally { await least; }
};
