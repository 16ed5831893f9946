import { isUtf8 } from 'node:buffer';
import { limits } from '@chat-backend/contracts';
import express, { type Request, type RequestHandler } from 'express';
import { Refusal } from '../refusal';

declare module 'express-serve-static-core' {
  interface Request {
    /** The body as it was sent (inflated, if it was compressed); absent when there was none. */
    rawBody?: Buffer;
  }
}

const parse = express.json({
  limit: limits.requestBodyBytes, strict: true,
  verify: (request, _response, raw, charset) => {
    // It would be read with other letters in the place of those that are none: what is stored is what was sent, or nothing.
    if (charset === 'utf-8' && !isUtf8(raw)) throw new Error('the body is not UTF-8');
    (request as Request).rawBody = raw;
  },
});
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a JSON object of at most 32 KB into `request.body`. A call without a body has an empty one.
 * Where the gateway has read it already, there is nothing to do.
 */
export const readBody: RequestHandler = (request, response, next) => {
  if (request.body !== undefined) { next(); return; }
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && request.is('application/json') === false) { next(new Refusal('UNSUPPORTED_MEDIA_TYPE')); return; }
  parse(request, response, (error?: unknown) => {
    if (error !== undefined) { next(error); return; }
    request.body ??= {};
    next(isObject(request.body) ? undefined : new Refusal('MALFORMED_JSON'));
  });
};
