import { setTimeout as pause } from 'node:timers/promises';
import type { ErrorCode } from '@chat-backend/contracts';
import { Refusal } from '@chat-backend/service-kit';

/** Serialization failure, deadlock, lock timeout, and a row that another transaction made at the same moment: the next attempt sees what won. */
const collisions = new Set(['40001', '40P01', '55P03', '23505']);
/** Postgres stops, starts, or has no connection left; or the network failed. Classes 08 and 57P are matched whole. */
const connectionCodes = new Set(['53300', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** node-postgres tells these by their words alone. */
const connectionMessages = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

/** Postgres could not take a value as it is (class 22). */
export const isBadValue = (error: unknown): boolean => /^22...$/.test(codeOf(error));

const isLostConnection = (error: unknown): boolean =>
  connectionCodes.has(codeOf(error)) || /^(08...|57P0.)$/.test(codeOf(error)) || (error instanceof Error && connectionMessages.test(error.message));

/** The same statement may succeed next time. After a lost connection it is not known what it did. */
export const mayPass = (error: unknown): boolean => collisions.has(codeOf(error)) || isLostConnection(error);

/** For what is not tried again here: the caller is told by this code that a later attempt may succeed. */
export const refuseWhatMayPass = (code: ErrorCode) => (error: unknown): never => {
  throw mayPass(error) ? Object.assign(new Refusal(code), { cause: error }) : error;
};

const attempts = 5;
const firstPauseMs = 10;

/**
 * Runs what may safely run twice, up to five times: after collisions and after lost connections, with growing, jittered pauses (150 ms in all at the most).
 * @throws the last attempt's error
 */
export const tryAgain = async <Result>(work: () => Promise<Result>, onRetry: () => void): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !mayPass(error)) throw error;
      onRetry();
      await pause(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
};
