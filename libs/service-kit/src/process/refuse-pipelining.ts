import type { RequestListener, Server } from 'node:http';

/**
 * Puts itself before the listeners that there are: a request that comes before its connection has the answer to the one before ends the connection. No browser, proxy or
 * library sends such unless it is told to; and Node would hold every answer to them, with what it is made of, without ever saying that the client has gone.
 */
export const refusePipelining = (server: Server): void => {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (response.socket === null) {
      request.socket.destroy();
      return;
    }
    for (const listener of listeners) listener.call(server, request, response);
  });
};
