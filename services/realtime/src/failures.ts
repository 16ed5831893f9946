import { errorCodes, type ErrorCode, type EventFailure } from '@chat-backend/contracts';
import { Refusal, type FieldError } from '@chat-backend/service-kit';

/** A refusal as an acknowledgement or a failure event carries it. */
export const failureOf = (code: ErrorCode, more: { errors?: FieldError[]; clientMessageId?: string } = {}): EventFailure =>
  ({ success: false, code, message: errorCodes[code].message, ...more });

/** A refusal as `connect_error` carries it: in `data`. */
export const connectError = (error: unknown): Error & { data: { code: ErrorCode; message: string } } => {
  const { code, message } = error instanceof Refusal ? error : new Refusal('INTERNAL');
  return Object.assign(new Error(message), { data: { code, message } });
};
