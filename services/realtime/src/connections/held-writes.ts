import { Socket as EngineConnection, type Transport } from 'engine.io';
import type { Logger } from '@chat-backend/service-kit';
import { rawSocketOf } from './raw-socket';

/** What engine.io 6.6 keeps private: a connection's buffer, and the method that hands it to the transport. */
interface Flushable { flush(): void; writeBuffer: readonly unknown[]; transport: Transport; close(discard?: boolean): void }

interface Engine { on(event: 'connection', listener: (connection: EngineConnection) => void): void }

/**
 * Holds what is emitted to a connection within one turn of the event loop, and lets it leave in one write: most of the cost of a
 * message is system calls, one for each packet. The order, the buffer and everything else stay engine.io's own: only the moment of
 * `flush` changes, on each connection for itself. Without that private method, Socket.IO writes as it always did.
 *
 * @returns whether writes are held
 */
export const holdWrites = (engine: Engine, logger: Logger): boolean => {
  const stock = (EngineConnection.prototype as unknown as Partial<Flushable>).flush;
  if (typeof stock !== 'function') {
    logger.warn('this engine.io has no flush to hold: every packet is written by itself');
    return false;
  }
  let held = new Set<Flushable>();

  const write = (connection: Flushable): void => {
    // A single packet is corked by ws itself.
    const socket = connection.writeBuffer.length > 1 ? rawSocketOf(connection.transport) : undefined;
    socket?.cork();
    try {
      stock.call(connection);
    } catch (error) {
      // It must not keep the others from being written.
      logger.error({ err: error }, 'a connection could not be written and is closed');
      connection.close(true);
    } finally {
      socket?.uncork();
    }
  };

  const release = (): void => {
    const connections = held;
    held = new Set();
    for (const connection of connections) write(connection);
  };

  const hold = function (this: Flushable): void {
    if (held.size === 0) setImmediate(release);
    held.add(this);
  };

  engine.on('connection', (connection) => { (connection as unknown as Flushable).flush = hold; });
  return true;
};
