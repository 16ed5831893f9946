import type { IncomingMessage, Server } from 'node:http';
import type { Logger, SignAddress } from '@chat-backend/service-kit';
import type { RequestHandler } from 'express';
import { openUpstream } from '../upstreams/upstream';
import { createOpenConnections } from './open-connections';
import { proxyPolling } from './proxy-polling';
import { proxyUpgrade } from './proxy-upgrade';
import { createSessionAffinity } from './session-affinity';

/** The way to the realtime processes, where they are not in this one. */
export interface SocketProxy {
  servePolling: RequestHandler;
  attach(server: Server, clientAddressOf: (request: IncomingMessage) => string): void;
  notReady(): Promise<string[]>;
  /** Leaves the sockets to realtime's own drain for so long, then closes those that are left. */
  drain(ms: number): Promise<void>;
  close(): void;
}

export const openSocketProxy = async (addresses: readonly string[], logger: Logger, sign: SignAddress): Promise<SocketProxy> => {
  // Each waiting poll holds a connection.
  const upstream = await openUpstream({ addresses, maxConnections: Infinity });
  const realtime = { upstream, affinity: createSessionAffinity(upstream), sign };
  const connections = createOpenConnections();
  const poll = proxyPolling(realtime, logger);
  return {
    servePolling(request, response, next) {
      connections.add(response);
      return poll(request, response, next);
    },
    attach(server, clientAddressOf) {
      server.on('upgrade', proxyUpgrade({ realtime, connections, logger, clientAddressOf }));
    },
    notReady: async () => (await upstream.isAnswering() ? [] : ['the realtime service does not answer']),
    async drain(ms) {
      await connections.endedWithin(ms);
      connections.destroyAll();
    },
    close() {
      connections.destroyAll();
      upstream.close();
    },
  };
};
