import { setTimeout as wait } from 'node:timers/promises';

/** More than the writes of a known address take on a machine that is not busy. */
const leastMs = 100;
/** A stall makes nobody wait for longer. */
const mostMs = 3_000;
/** After so long without a slow one the memory of it is half as long. */
const halfLifeMs = 10_000;

/** The slowest of late, and when that was. */
let slowest = { ms: 0, at: 0 };

/** What every answer takes at this moment: on a busy machine as long as the slow ones do, or the quick ones, for unknown addresses, would stand out. */
const evenMs = (now: number): number => Math.max(leastMs, slowest.ms * 0.5 ** ((now - slowest.at) / halfLifeMs));

/** Answers, or refuses, after the time that all such calls take now, so that nobody can read from the clock whether an address is known. */
export const answerEvenly = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    const now = performance.now();
    if (now - begun > evenMs(now)) slowest = { ms: Math.min(now - begun, mostMs), at: now };
    await wait(evenMs(now) - (now - begun));
  }
};
