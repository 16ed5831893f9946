import { Socket as NetSocket } from 'node:net';
import type { Transport } from 'engine.io';

/** The network socket below a WebSocket; undefined for polling. It is private to engine.io and ws, so it may be missing. */
export const rawSocketOf = (transport: Transport): NetSocket | undefined => {
  if (transport.name !== 'websocket') return undefined;
  const below = (transport as Transport & { socket?: { _socket?: unknown } }).socket?._socket;
  return below instanceof NetSocket ? below : undefined;
};
