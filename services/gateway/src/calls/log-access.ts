import type { Logger } from '@chat-backend/service-kit';
import type { RequestHandler } from 'express';

const longestPath = 200;

/** One line per request when it is over. Never the query, a header or the body: tokens stand there. Polls are many and say little. */
export const logAccess = (logger: Logger): RequestHandler => (request, response, next) => {
  const startedAt = process.hrtime.bigint();
  const { method, requestId } = request;
  const path = request.path.slice(0, longestPath);
  response.once('close', () => {
    const ms = Number((process.hrtime.bigint() - startedAt) / 1_000n) / 1_000;
    const line = { method, path, status: response.statusCode, ms, requestId, ...(response.writableFinished ? {} : { clientGone: true }) };
    if (path.startsWith('/socket.io')) logger.debug(line, 'request');
    else logger.info(line, 'request');
  });
  next();
};
