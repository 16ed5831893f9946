import { randomUUID } from 'node:crypto';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { lastReply, Refusal, writeFailure, type AllowsOrigin, type AuditTrail, type Logger } from '@chat-backend/service-kit';
import type { Socket as EngineConnection } from 'engine.io';
import type { ConnectionLimits } from './connection-limits';
import { connectionsOf } from './engine-connections';

/** Engine.IO has read the query: whether it takes a request for a handshake depends on how it read it. */
type EngineRequest = IncomingMessage & { _query: Record<string, string> };
type Middleware = (request: EngineRequest, response: unknown, next: () => void) => void;

interface Engine {
  use(middleware: Middleware): void;
  on(event: 'connection', listener: (connection: EngineConnection) => void): void;
}

export interface AdmitRequestsDependencies {
  allowsOrigin: AllowsOrigin;
  clientAddressOf: (request: IncomingMessage) => string;
  limits: Pick<ConnectionLimits, 'admitHandshake' | 'connected'>;
  audit: Pick<AuditTrail, 'refused'>;
  logger: Logger;
}

const ignore = (): void => {};

/**
 * Stands before everything that Engine.IO does. Browsers let every page open sockets to everywhere, and only say which page it is; so each request is asked
 * for its origin, and each handshake beside it for the limits of its address.
 */
export const admitRequests = (engine: Engine, { allowsOrigin, clientAddressOf, limits, audit, logger }: AdmitRequestsDependencies): void => {
  /** A session moves to a WebSocket once. Engine.IO would take each further one, and let go of it only when its client does. */
  const hasMoved = (sessionId: string): boolean => {
    const session = connectionsOf(engine)[sessionId];
    return session !== undefined && (session.upgrading || session.upgraded);
  };

  /** @throws Refusal */
  const admit = async (request: EngineRequest, isUpgrade: boolean): Promise<void> => {
    if (!allowsOrigin(request.headers)) throw new Refusal('ORIGIN_NOT_ALLOWED');
    const sessionId = request._query['sid'];
    if (!sessionId) await limits.admitHandshake(clientAddressOf(request));
    else if (isUpgrade && hasMoved(sessionId)) throw new Refusal('INVALID_REQUEST');
  };

  engine.use((request, response, next) => {
    const { socket } = request;
    // Nobody listens to a socket that is to be upgraded: a client that breaks off would end the process.
    socket.on('error', ignore);
    admit(request, !(response instanceof ServerResponse)).then(next, (error: unknown) => {
      if (!(error instanceof Refusal)) logger.error({ err: error }, 'a request for a socket failed');
      const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL');
      const requestId = randomUUID();
      writeFailure(response instanceof ServerResponse ? response : lastReply(request, socket), refusal, requestId);
      audit.refused({ refusal, call: 'connect', requestId, address: clientAddressOf(request) });
    }).catch((error: unknown) => {
      logger.error({ err: error }, 'a request for a socket could not be answered');
      socket.destroy();
    }).finally(() => { socket.off('error', ignore); });
  });
  engine.on('connection', (connection) => { connection.once('close', limits.connected(clientAddressOf(connection.request))); });
};
