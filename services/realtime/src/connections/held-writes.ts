import type { IncomingMessage } from 'node:http';
import { Socket as EngineConnection, type Transport } from 'engine.io';
import type { Logger } from '@chat-backend/service-kit';
import type { EndSlow } from './end-slow-sockets';
import { joinTexts } from './join-texts';
import { pollAnswerOf, rawSocketOf } from './raw-socket';
import { countWaiting, createUnsent, startLeaving, type Packet, type Unsent } from './unsent-bytes';
import { takesFrames } from './write-packets';

/** What engine.io 6.6 keeps private: a connection's buffer, and the method that hands it to the transport. `unsent` is ours. */
interface Flushable {
  flush(): void;
  writeBuffer: readonly Packet[];
  readonly transport: Transport & { writable: boolean };
  close(discard?: boolean): void;
  unsent: Unsent;
}

interface Engine {
  on(event: 'connection', listener: (connection: EngineConnection) => void): void;
  on(event: 'headers', listener: (headers: unknown, request: IncomingMessage) => void): void;
}

export interface HeldWritesOptions {
  logger: Logger;
  /** What of a connection may wait while its transport is still busy with what it was given before. */
  bytesAtMost: number;
  /** Ends a connection of which more waits. */
  endSlow: EndSlow;
}

/**
 * Holds what is emitted to a connection within one turn of the event loop, and lets it leave in one write: most of the cost of a
 * message is system calls, one for each packet. The order, the buffer and everything else stay engine.io's own: only the moment of
 * `flush` changes, on each connection for itself, and texts that leave together are one packet. Without that private method, Socket.IO writes as it always did.
 *
 * It also is where a peer that reads too slowly is found: what a connection has not sent is counted as it is emitted, and looked at in each turn
 * in which something is added to it. So no more is kept for a connection than `bytesAtMost` and what one turn emits.
 *
 * The answer to an upgrade waits as well, for the greeting that follows it in the same turn.
 *
 * @returns whether writes are held
 */
export const holdWrites = (engine: Engine, { logger, bytesAtMost, endSlow }: HeldWritesOptions): boolean => {
  const stock = (EngineConnection.prototype as unknown as Partial<Flushable>).flush;
  if (typeof stock !== 'function') {
    logger.warn('this engine.io has no flush to hold: every packet is written by itself, and clients that do not read fill the memory');
    return false;
  }
  let held = new Set<Flushable>();

  const write = (connection: Flushable): void => {
    const { transport, writeBuffer, unsent } = connection;
    if (!transport.writable) {
      if (unsent.waiting + unsent.leaving > bytesAtMost) endSlow(connection, rawSocketOf(transport) ?? unsent.pollAnswer?.socket);
      return;
    }
    startLeaving(unsent, pollAnswerOf(transport));
    if (takesFrames(transport)) connection.writeBuffer = joinTexts(writeBuffer);
    // A single packet is corked by ws itself.
    const socket = connection.writeBuffer.length > 1 ? rawSocketOf(transport) : undefined;
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
    countWaiting(this.unsent, this.writeBuffer);
  };

  engine.on('headers', (_headers, { headers, socket }) => {
    if (headers.upgrade === undefined) return;
    socket.cork();
    setImmediate(() => { socket.uncork(); });
  });
  engine.on('connection', (connection) => {
    const flushable = connection as unknown as Flushable;
    flushable.unsent = createUnsent();
    flushable.flush = hold;
  });
  return true;
};
