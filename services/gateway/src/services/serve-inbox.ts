import { isLoopback } from '@chat-backend/service-kit';
import type { Express } from 'express';
import type { ServiceRoute } from './service-route';

/**
 * Hands the local inbox to auth, for somebody on this very machine alone; for everybody else there is none. Auth looks at its own peer
 * as well, so it is told of no other client than the gateway.
 */
export const serveInbox = (app: Express, auth: ServiceRoute): void => {
  app.get(['/inbox', '/inbox.json'], (request, response, next) => {
    if (!isLoopback(request)) { next(); return; }
    return auth.serve(request, response, {});
  });
};
