import { setTimeout as pause } from 'node:timers/promises';
import type { ChatNamespace, ChatSocket } from '../chat-server';
import { rawSocketOf } from './raw-socket';
import { sendAway } from './send-away';

const sliceSize = 200;
const slicePauseMs = 50;
/** How long a peer may take to answer that the connection is closed. */
const farewellMs = 1_000;
/** Spread over this long, or a millisecond for each socket if that is longer, so that the other processes are not overrun. */
const shortestSpreadMs = 1_000;

/** Ends this process's sockets in slices, each with a hint when to come back. */
export const drainSockets = async (namespace: ChatNamespace): Promise<void> => {
  const sockets = [...namespace.sockets.values()];
  const spreadMs = Math.max(shortestSpreadMs, sockets.length);
  const lingering = new Set<NonNullable<ReturnType<typeof rawSocketOf>>>();

  const end = (socket: ChatSocket): void => {
    const below = rawSocketOf(socket.conn.transport);
    if (below !== undefined) {
      lingering.add(below);
      below.once('close', () => { lingering.delete(below); });
    }
    sendAway(socket, spreadMs);
  };

  for (let from = 0; from < sockets.length; from += sliceSize) {
    if (from > 0) await pause(slicePauseMs);
    sockets.slice(from, from + sliceSize).forEach(end);
  }
  const deadline = performance.now() + farewellMs;
  while (lingering.size > 0 && performance.now() < deadline) await pause(20);
  for (const below of lingering) below.destroy();
};
