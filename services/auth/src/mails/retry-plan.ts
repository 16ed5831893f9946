/**
 * A mail with a code has 8 attempts, the second after 2 s, each pause twice as long as the one before: about four of the ten minutes of a code.
 * A notice is tried for as long as it says something useful (undeliverable-reason.ts), in the end every quarter of an hour.
 */
export const defaultRetry = { attempts: 8, firstAfterMs: 2_000 };

const longestPauseMs = 15 * 60 * 1000;
/** So that mails that failed together are not tried together. */
const jitter = 0.2;

export const pauseBeforeRetry = (failures: number, firstAfterMs: number): number =>
  Math.round(Math.min(firstAfterMs * 2 ** (failures - 1), longestPauseMs) * (1 - jitter * Math.random()));
