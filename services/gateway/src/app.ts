import type { ServiceName } from '@chat-backend/contracts';
import {
  assignClientAddress, assignRequestId, createErrorHandler, refuseUnknownPath, type AuditTrail, type Logger, type RevokedSessions, type TokenVerifier,
} from '@chat-backend/service-kit';
import express, { type Express } from 'express';
import type { CallsUnderWay } from './calls/calls-under-way';
import { logAccess } from './calls/log-access';
import { serveCalls } from './calls/serve-calls';
import type { BackendName, GatewayConfig } from './config';
import type { GatewayLimits } from './limits/gateway-limits';
import { securityHeaders } from './pages/security-headers';
import { servePages } from './pages/serve-pages';
import { serveWebClient, webClientFolder } from './pages/serve-web-client';
import { serveInbox } from './services/serve-inbox';
import type { ServiceRoute } from './services/service-route';
import type { SocketProxy } from './sockets/socket-proxy';
import { socketPath } from './sockets/socket-request';

export interface GatewayAppDependencies {
  config: GatewayConfig;
  logger: Logger;
  tokens: TokenVerifier;
  revokedSessions: Pick<RevokedSessions, 'has'>;
  limits: GatewayLimits;
  audit: Pick<AuditTrail, 'refused'>;
  callsUnderWay: CallsUnderWay;
  routes: ReadonlyMap<BackendName, ServiceRoute>;
  /** Absent: realtime runs in this process and takes its sockets itself. */
  sockets: SocketProxy | undefined;
}

/** What the outside meets: the calls of the route table, sockets, and pages; everything else is unknown. */
export const createGatewayApp = (dependencies: GatewayAppDependencies): Express => {
  const { config, logger, audit, callsUnderWay, routes, sockets } = dependencies;
  const routeTo = (service: ServiceName): ServiceRoute => {
    const route = service === 'gateway' ? undefined : routes.get(service);
    if (route === undefined) throw new Error(`there is no way to the ${service} service`);
    return route;
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.set('trust proxy', config.trustProxy);
  // It is the gateway that tells the others whose request it is: it believes no such word itself.
  app.use(assignRequestId, assignClientAddress([]), logAccess(logger));
  if (sockets !== undefined) app.use(socketPath, sockets.servePolling);
  app.use(securityHeaders, callsUnderWay.count);
  serveCalls(app, { ...dependencies, corsOrigins: config.corsOrigins, routeTo });
  servePages(app, { corsOrigins: config.corsOrigins });
  serveWebClient(app, { folder: webClientFolder, publicUrl: config.publicUrl, hasInbox: config.mayHaveInbox });
  serveInbox(app, routeTo('auth'));
  app.use(refuseUnknownPath, createErrorHandler(logger, audit));
  return app;
};

