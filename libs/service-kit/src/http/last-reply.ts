import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * A reply over a connection that Node has let go of, to be upgraded. It is the connection's last. Nobody else listens to it any more, and a client
 * that breaks off instead of reading would end the process.
 */
export const lastReply = (request: IncomingMessage, socket: Duplex): ServerResponse => {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on('error', () => { socket.destroy(); });
  response.assignSocket(socket as Socket);
  response.once('finish', () => { socket.end(); });
  return response;
};
