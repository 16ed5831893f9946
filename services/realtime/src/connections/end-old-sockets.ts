import type { ChatNamespace, ChatSocket } from '../chat-server';
import type { RealtimeMetrics } from '../metrics';
import { sendAway } from './send-away';

const comeBackWithinMs = 1_000;

/** Often enough to end what is old before its last moment, and at least each second. */
export const lookForOldMs = (maxAgeMs: number): number => Math.min(1_000, maxAgeMs / 10);

/** Draws how long a socket lives: sockets that were opened together, as after a rollout, end spread over half of the age. */
export const limitAge = (socket: ChatSocket, maxAgeMs: number): void => {
  socket.data.oldAt = socket.handshake.issued + maxAgeMs * (0.5 + Math.random() / 2);
};

const isBusy = ({ data: { sending, asking } }: ChatSocket): boolean => sending > 0 || asking > 0;

/**
 * Ends the sockets here that have lived long enough, so that their clients come to processes that were started since. What waits for its
 * acknowledgement is waited for, as clients of the documented contract send it but once; no longer, though, than to the highest age.
 */
export const endOldSockets = (namespace: ChatNamespace, maxAgeMs: number, metrics: Pick<RealtimeMetrics, 'ended'>): void => {
  const now = Date.now();
  for (const socket of namespace.sockets.values()) {
    const { data: { oldAt = Infinity }, handshake } = socket;
    const isAtItsLast = now + lookForOldMs(maxAgeMs) >= handshake.issued + maxAgeMs;
    // One that is being ended stays in the list while what it was sent leaves.
    if (socket.conn.readyState !== 'open' || !(isAtItsLast || (now >= oldAt && !isBusy(socket)))) continue;
    sendAway(socket, comeBackWithinMs);
    metrics.ended('old');
  }
};
