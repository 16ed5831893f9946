import { apiPrefix } from '@chat-backend/contracts';
import express, { type Express, type RequestHandler } from 'express';
import type { AuditTrail } from '../audit/audit-trail';
import type { Logger } from '../logger';
import type { Policies } from '../policy';
import { assignClientAddress } from './client-address';
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
  /** Who may call what. Absent: it has no REST calls. */
  policies?: Policies;
  /** Sees each REST call. */
  measure?: RequestHandler;
}

/** @throws Error unless each REST call that the app serves has a policy */
const checkPolicies = (app: Express, policies: Policies): void => {
  const paths = app.router.stack.flatMap(({ route }) => route?.path ?? []).filter((path) => path.startsWith(`${apiPrefix}/`));
  const unruled = paths.filter((path) => !Object.hasOwn(policies, path.slice(apiPrefix.length + 1)));
  if (unruled.length > 0) throw new Error(`no policy says who may call ${unruled.join(', ')}`);
};

/**
 * An Express app with the rooms that every service has: request ids, internal calls, a bounded JSON body, and failures in the documented shape.
 * @throws Error when it would serve a REST call that has no policy
 */
export const createServiceApp = ({ logger, internalKeys, internal, audit, routes, policies = {}, measure }: ServiceAppOptions): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(assignRequestId, assignClientAddress(internalKeys));
  serveInternalCalls(app, internalKeys, internal);
  if (measure !== undefined) app.use(measure);
  app.use(readBody);
  routes(app);
  checkPolicies(app, policies);
  app.use(refuseUnknownPath, createErrorHandler(logger, audit));
  return app;
};
