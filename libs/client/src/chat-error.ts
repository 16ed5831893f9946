import type { EventFailure } from '@chat-backend/contracts';
import type { ErrorCode } from './contract';

/** What can go wrong on this side: no answer, an answer that is none, nobody signed in, or no room. */
export type ClientErrorCode = 'NETWORK' | 'TIMEOUT' | 'ABORTED' | 'INVALID_REPLY' | 'NO_SESSION' | 'SESSION_ENDED' | 'QUEUE_FULL' | 'CLOSED';
export type ChatErrorCode = ErrorCode | ClientErrorCode;

export interface ChatErrorDetails {
  status?: number;
  errors?: { field: string; message: string }[];
  requestId?: string;
  /** Wait so long before the next try. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** Every failure of this library. `code` is from the server's published list, or one of this side. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly status: number | undefined;
  readonly errors: { field: string; message: string }[];
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(readonly code: ChatErrorCode, message: string, { status, errors, requestId, retryAfterMs, cause }: ChatErrorDetails = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.status = status;
    this.errors = errors ?? [];
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The server's own words are typed as text: its list may be newer than this library. */
export const asErrorCode = (code: string): ChatErrorCode => code as ErrorCode;

/** A refused event, as its acknowledgement tells it. */
export const errorOfFailure = ({ code, message, errors, retryAfterMs }: EventFailure): ChatError =>
  new ChatError(asErrorCode(code), message, { ...(errors === undefined ? {} : { errors }), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

export const asChatError = (error: unknown): ChatError =>
  error instanceof ChatError ? error : new ChatError('INVALID_REPLY', 'The answer was not understood', { cause: error });

const endsSessions: ReadonlySet<ChatErrorCode> = new Set<ChatErrorCode>(['SESSION_REVOKED', 'SESSION_ENDED', 'NO_SESSION']);
/** Signing in is all that helps. */
export const endsSession = ({ code }: ChatError): boolean => endsSessions.has(code);

/** The access token is over; another one of the same session may be good. */
export const refusesToken = ({ code }: { code: string }): boolean => code === 'TOKEN_EXPIRED' || code === 'TOKEN_INVALID';
