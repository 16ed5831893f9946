import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

declare module 'express-serve-static-core' {
  interface Request {
    /** Names the call in replies, logs and between services. */
    requestId: string;
  }
}

const acceptable = /^[\w.-]{1,64}$/;

/** Takes over the caller's `X-Request-Id` if it is harmless, else makes one; the reply carries it. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  request.requestId ??= typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', request.requestId);
  next();
};
