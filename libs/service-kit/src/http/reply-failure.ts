import { apiPrefix, findEndpoint } from '@chat-backend/contracts';
import type { ErrorRequestHandler, Request, Response } from 'express';
import type { AuditTrail, SeenRefusal } from '../audit/audit-trail';
import type { Logger } from '../logger';
import { Refusal } from '../refusal';
import { failureBody, retryAfterOf } from './failure';
import { isOutOfReach } from './is-out-of-reach';

/** The documented failure, or the same as RFC 9457 where the caller asks for that. */
const sendRefusal = (request: Request, response: Response, refusal: Refusal): void => {
  const { code, message, status } = refusal;
  const retryAfter = retryAfterOf(refusal);
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  response.status(status);
  const { requestId } = request;
  // Only who names it gets it: `*/*` means the documented shape.
  if (request.headers.accept?.includes('application/problem+json')) {
    const { errors } = refusal.details;
    response.type('application/problem+json');
    response.send(JSON.stringify({ type: 'about:blank', title: message, status, code, ...(errors ? { errors } : {}), requestId }));
    return;
  }
  response.json(failureBody(refusal, requestId));
};

/** What body-parser and Express throw, in the words of the published list. */
const asRefusal = (error: unknown): Refusal | undefined => {
  if (error instanceof Refusal) return error;
  const { type, status } = (error ?? {}) as { type?: string; status?: number };
  if (type === 'entity.too.large') return new Refusal('PAYLOAD_TOO_LARGE');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return new Refusal('UNSUPPORTED_MEDIA_TYPE');
  if (type === 'entity.parse.failed' || (status !== undefined && status >= 400 && status < 500)) return new Refusal('MALFORMED_JSON');
  return undefined;
};

/** What the audit log may know of a call that was refused. */
const seen = ({ baseUrl, path, requestId, clientAddress, caller, body }: Request): Omit<SeenRefusal, 'refusal'> => ({
  call: findEndpoint((baseUrl + path).slice(apiPrefix.length + 1))?.name, requestId, address: clientAddress,
  userId: caller?.purpose === 'access' ? caller.userId : undefined, email: (body as { email?: unknown } | undefined)?.email,
});

/** The last handler of every app. What is not a refusal is logged whole and answered without a detail: 503 where it may pass, 500 else. */
export const createErrorHandler = (logger: Logger, audit: Pick<AuditTrail, 'refused'>): ErrorRequestHandler => (error: unknown, request, response, next) => {
  if (response.headersSent) { next(error); return; }
  const refusal = asRefusal(error);
  if (refusal !== undefined) {
    sendRefusal(request, response, refusal);
    audit.refused({ refusal, ...seen(request) });
    return;
  }
  const mayPass = isOutOfReach(error);
  const context = { err: error, requestId: request.requestId, path: request.path };
  if (mayPass) logger.warn(context, 'call failed: what it needs is out of reach');
  else logger.error(context, 'call failed');
  sendRefusal(request, response, new Refusal(mayPass ? 'UNAVAILABLE' : 'INTERNAL'));
};

export const refuseUnknownPath = (request: Request, response: Response): void => {
  sendRefusal(request, response, new Refusal('ENDPOINT_NOT_FOUND'));
};

