import { errorCodes, type ErrorCode, type EventFailure } from '@chat-backend/contracts';
import { Refusal, type FieldError } from '@chat-backend/service-kit';

/** What clients are told, with its code still one of the published ones. */
export type Failure = EventFailure & { code: ErrorCode };

interface FailureDetails { errors?: FieldError[]; clientMessageId?: string; retryAfterMs?: number }

/** A refusal as an acknowledgement or a failure event carries it. */
export const failureOf = (code: ErrorCode, more: FailureDetails = {}): Failure =>
  ({ success: false, code, message: errorCodes[code].message, ...more });

/** The same of whatever was thrown. What is not a refusal is a fault of our own. */
export const failureFrom = (error: unknown, clientMessageId?: string): Failure => {
  const { code, details: { errors, retryAfterSeconds } } = error instanceof Refusal ? error : new Refusal('INTERNAL');
  return failureOf(code, {
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: Math.round(retryAfterSeconds * 1_000) }),
    ...(clientMessageId === undefined ? {} : { clientMessageId }),
  });
};

/** A refusal as `connect_error` carries it: in `data`. */
export const connectError = (error: unknown): Error & { data: { code: ErrorCode; message: string } } => {
  const { code, message } = error instanceof Refusal ? error : new Refusal('INTERNAL');
  return Object.assign(new Error(message), { data: { code, message } });
};
