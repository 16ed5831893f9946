import { errorCodes, type ErrorCode } from './error-codes';

const requestId = '3d6f0f3e-9a3b-4a53-9a5d-0b8f1e2a7c11';
const errors = [{ field: 'to', message: 'Invalid UUID' }];
/** A code that says which fields are wrong. */
const namesFields = (code: ErrorCode): boolean => code === 'INVALID_REQUEST';

/** The reply of a call that is refused. */
export const failureExample = (code: ErrorCode) =>
  ({ success: false, message: errorCodes[code].message, code, ...(namesFields(code) ? { errors } : {}), requestId });

/** The same as RFC 9457. */
export const problemExample = (code: ErrorCode) =>
  ({ type: 'about:blank', title: errorCodes[code].message, status: errorCodes[code].status, code, ...(namesFields(code) ? { errors } : {}), requestId });

/** The acknowledgement of an event that is refused. */
export const eventFailureExample = (code: ErrorCode) => ({
  success: false, code, message: errorCodes[code].message,
  ...(namesFields(code) ? { errors } : {}), ...(code === 'RATE_LIMITED' ? { retryAfterMs: 500 } : {}),
});
