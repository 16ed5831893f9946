import { ServerResponse } from 'node:http';
import { Socket as NetSocket } from 'node:net';
import type { Transport } from 'engine.io';

/** The network socket below a WebSocket; undefined for polling. It is private to engine.io and ws, so it may be missing. */
export const rawSocketOf = (transport: Transport): NetSocket | undefined => {
  if (transport.name !== 'websocket') return undefined;
  const below = (transport as Transport & { socket?: { _socket?: unknown } }).socket?._socket;
  return below instanceof NetSocket ? below : undefined;
};

/** The network socket of the poll that waits for an answer, if one waits. Private to engine.io as well. */
export const pollSocketOf = (transport: Transport): NetSocket | undefined => {
  if (transport.name !== 'polling') return undefined;
  const { res: response } = transport as Transport & { res?: unknown };
  return response instanceof ServerResponse ? response.socket ?? undefined : undefined;
};
