import type { Socket as NetSocket } from 'node:net';
import type { Logger } from '@chat-backend/service-kit';
import type { RealtimeMetrics } from '../metrics';

/** @param networkSocket what is below it, with what has not left; absent where all has left, or it is not known */
export type EndSlow = (connection: { close(discard?: boolean): void }, networkSocket: NetSocket | null | undefined) => void;

const toldEveryMs = 10_000;

/**
 * Ends a connection whose client does not read. At once: a farewell would wait behind everything that is not read, and hold it in memory.
 * The client comes back by itself and catches up.
 */
export const createEndSlow = (logger: Logger, metrics: Pick<RealtimeMetrics, 'ended'>): EndSlow => {
  let untold = 0;
  let toldAt = -Infinity;

  return (connection, networkSocket) => {
    connection.close(true);
    if (networkSocket?.writableLength) networkSocket.destroy();
    metrics.ended('slow');
    untold += 1;
    if (performance.now() - toldAt < toldEveryMs) return;
    logger.warn({ sockets: untold }, 'clients read too slowly: their sockets were ended (SOCKET_BUFFER_BYTES); they come back and catch up');
    untold = 0;
    toldAt = performance.now();
  };
};
