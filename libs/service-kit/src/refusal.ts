import { errorCodes, type ErrorCode } from '@chat-backend/contracts';

export interface FieldError { field: string; message: string }

/** A call is refused, for a reason from the published list. Thrown by verbs; becomes the documented failure reply. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    readonly details: { errors?: FieldError[]; retryAfterSeconds?: number } = {},
  ) {
    super(errorCodes[code].message);
    this.status = errorCodes[code].status;
  }
}
