import type { Endpoint } from './endpoint';
import type { ErrorCode } from './error-codes';

const ofEveryCall = ['INVALID_REQUEST', 'MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE'] as const;
const ofCallsWithToken = ['TOKENS_DIFFER', 'TOKEN_MISSING', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'SESSION_REVOKED', 'WRONG_TOKEN_PURPOSE'] as const;

/** Everything that a call can be refused for: its own reasons first, then those that every call can meet. */
export const refusalsOf = (endpoint: Endpoint): readonly ErrorCode[] =>
  [...new Set<ErrorCode>([...endpoint.refusals, ...(endpoint.access === 'public' ? [] : ofCallsWithToken), ...ofEveryCall])];
