import { setTimeout as pause } from 'node:timers/promises';
import type { Socket as EngineConnection } from 'engine.io';
import type { ChatNamespace, ChatSocket } from '../chat-server';
import { connectionsOf } from './engine-connections';
import { rawSocketOf } from './raw-socket';
import { sendAway } from './send-away';

const sliceSize = 200;
const slicePauseMs = 50;
/** How long a peer may take to answer that the connection is closed. */
const farewellMs = 1_000;
/** Spread over this long, or a millisecond for each socket if that is longer, so that the other processes are not overrun. */
const shortestSpreadMs = 1_000;

/**
 * Ends this process's connections: sockets in slices, each with a hint when to come back; then those that have not entered, as what lets them in is not
 * waited for, or that have left and stay open all the same. None may hold up the end of the process.
 */
export const drainSockets = async (namespace: ChatNamespace): Promise<void> => {
  const sockets = [...namespace.sockets.values()];
  const spreadMs = Math.max(shortestSpreadMs, sockets.length);
  const lingering = new Set<NonNullable<ReturnType<typeof rawSocketOf>>>();

  const watch = ({ transport }: EngineConnection): void => {
    const below = rawSocketOf(transport);
    if (below === undefined) return;
    lingering.add(below);
    below.once('close', () => { lingering.delete(below); });
  };
  const end = (socket: ChatSocket): void => {
    watch(socket.conn);
    sendAway(socket, spreadMs);
  };

  for (let from = 0; from < sockets.length; from += sliceSize) {
    if (from > 0) await pause(slicePauseMs);
    sockets.slice(from, from + sliceSize).forEach(end);
  }
  // Who entered in the meantime is told, too.
  for (const socket of namespace.sockets.values()) if (socket.conn.readyState === 'open') end(socket);
  const engine: object | undefined = namespace.server.engine;
  for (const connection of Object.values(connectionsOf(engine))) {
    if (connection.readyState !== 'open') continue;
    watch(connection);
    connection.close();
  }
  const deadline = performance.now() + farewellMs;
  while (lingering.size > 0 && performance.now() < deadline) await pause(20);
  for (const below of lingering) below.destroy();
};
