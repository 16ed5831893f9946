import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long the rest may take to leave. */
const leavesWithinMs = 5_000;

/** Node says so of a connection whose client asked for an upgrade before it had the answer to what it asked first. */
const isAnswering = (socket: Duplex): boolean => (socket as Socket & { _httpMessage?: ServerResponse | null })._httpMessage instanceof ServerResponse;

/**
 * A reply over a connection that Node has let go of, to be upgraded. It is the connection's last: nobody else listens to it any more, reads what it still sends,
 * or ends it. A client that still waits for another answer on it gets neither.
 */
export const lastReply = (request: IncomingMessage, socket: Duplex): ServerResponse => {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on('error', () => { socket.destroy(); });
  if (isAnswering(socket)) {
    socket.destroy();
    return response;
  }
  response.assignSocket(socket as Socket);
  response.once('finish', () => { (socket as Socket).destroySoon(); });
  const timer = setTimeout(() => { socket.destroy(); }, leavesWithinMs);
  socket.once('close', () => { clearTimeout(timer); });
  // Unread, its end would not be noticed.
  socket.resume();
  return response;
};
