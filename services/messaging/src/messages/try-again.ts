import { setTimeout as pause } from 'node:timers/promises';
import type { ErrorCode } from '@chat-backend/contracts';
import { isOutOfReach, Refusal } from '@chat-backend/service-kit';

/** Serialization failure, deadlock, lock timeout, and a row that another transaction made at the same moment: the next attempt sees what won. */
const collisions = new Set(['40001', '40P01', '55P03', '23505']);

/** Its time to wait is over: for a lock, or for the end of the statement. */
const outOfTime = new Set(['55P03', '57014']);

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

/** Postgres could not take a value as it is (class 22). */
export const isBadValue = (error: unknown): boolean => /^22...$/.test(codeOf(error));

/** It waited for a lock as long as it may: who holds it may hold it longer. */
export const isLockTimeout = (error: unknown): boolean => codeOf(error) === '55P03';

/** The same statement may succeed next time. After a lost connection it is not known what it did. */
export const mayPass = (error: unknown): boolean => collisions.has(codeOf(error)) || isOutOfReach(error);

/** For what is not tried again here: the caller is told by this code that a later attempt may succeed. */
export const refuseWhatMayPass = (code: ErrorCode) => (error: unknown): never => {
  throw mayPass(error) ? Object.assign(new Refusal(code), { cause: error }) : error;
};

const attempts = 5;
const firstPauseMs = 10;

/**
 * Runs what may safely run twice, up to five times: after collisions and after lost connections, with growing, jittered pauses (150 ms in all at the most).
 * What has waited as long as it may does not wait five times as long.
 * @throws the last attempt's error
 */
export const tryAgain = async <Result>(work: () => Promise<Result>, onRetry: () => void): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || outOfTime.has(codeOf(error)) || !mayPass(error)) throw error;
      onRetry();
      await pause(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
};
