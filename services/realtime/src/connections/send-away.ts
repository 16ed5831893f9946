import type { ChatSocket } from '../chat-server';

/**
 * Ends a connection with a hint when to come back, at a random moment within so long, so that those who go together do not come together.
 * The connection ends, not the namespace: a client that ignores the hint then reconnects by itself, too.
 */
export const sendAway = (socket: ChatSocket, withinMs: number): void => {
  socket.emit('serverDraining', { reconnectAfterMs: Math.round(Math.random() * withinMs) });
  socket.conn.close();
};
