/** 8 attempts, the second after 2 s, each pause twice as long as the one before: about four of the ten minutes of a code. */
export const defaultRetry = { attempts: 8, firstAfterMs: 2_000 };
