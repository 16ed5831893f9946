import type { ServerResponse } from 'node:http';
import type { Refusal } from '../refusal';

/** Whole seconds after which the call may be tried again; undefined where waiting does not help. */
export const retryAfterOf = ({ status, details }: Refusal): number | undefined => {
  const seconds = details.retryAfterSeconds ?? (status === 503 ? 1 : undefined);
  return seconds === undefined ? undefined : Math.max(1, Math.ceil(seconds));
};

/** The documented failure. */
export const failureBody = ({ code, message, details: { errors } }: Refusal, requestId: string) =>
  ({ success: false, message, code, ...(errors ? { errors } : {}), requestId });

/** The same where there is no Express: over a poll, or over a connection that asked for an upgrade. */
export const writeFailure = (response: ServerResponse, refusal: Refusal, requestId: string): void => {
  const retryAfter = retryAfterOf(refusal);
  response.writeHead(refusal.status, { 'content-type': 'application/json', ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) });
  response.end(JSON.stringify(failureBody(refusal, requestId)));
};
