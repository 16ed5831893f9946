import { errorCodes, type ErrorCode } from '@chat-backend/contracts';

export interface FieldError { field: string; message: string }

export interface RefusalDetails {
  errors?: FieldError[];
  retryAfterSeconds?: number;
  /** For the audit log, and never in a reply: the user whose account was tried. */
  accountId?: string | undefined;
}

/** A call is refused, for a reason from the published list. Thrown by verbs; becomes the documented failure reply. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    readonly details: RefusalDetails = {},
  ) {
    super(errorCodes[code].message);
    this.status = errorCodes[code].status;
  }
}
