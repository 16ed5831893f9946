import express, { type Express } from 'express';
import type { AuditTrail } from '../audit/audit-trail';
import type { Logger } from '../logger';
import { serveInternalCalls, type InternalHandlers } from './internal-calls';
import { readBody } from './read-body';
import { createErrorHandler, refuseUnknownPath } from './reply-failure';
import { assignRequestId } from './request-id';

export interface ServiceAppOptions {
  logger: Logger;
  /** Keys that callers of the internal calls may hold. */
  internalKeys: readonly Buffer[];
  internal: InternalHandlers;
  /** Told of every refusal. */
  audit: Pick<AuditTrail, 'refused'>;
  routes: (app: Express) => void;
}

/** An Express app with the rooms that every service has: request ids, internal calls, a bounded JSON body, and failures in the documented shape. */
export const createServiceApp = ({ logger, internalKeys, internal, audit, routes }: ServiceAppOptions): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(assignRequestId);
  serveInternalCalls(app, internalKeys, internal);
  app.use(readBody);
  routes(app);
  app.use(refuseUnknownPath, createErrorHandler(logger, audit));
  return app;
};
