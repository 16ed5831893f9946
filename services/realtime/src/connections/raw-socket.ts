import { ServerResponse } from 'node:http';
import { Socket as NetSocket } from 'node:net';
import type { Transport } from 'engine.io';

/** The network socket below a WebSocket; undefined for polling. It is private to engine.io and ws, so it may be missing. */
export const rawSocketOf = (transport: Transport): NetSocket | undefined => {
  if (transport.name !== 'websocket') return undefined;
  const below = (transport as Transport & { socket?: { _socket?: unknown } }).socket?._socket;
  return below instanceof NetSocket ? below : undefined;
};

/** The answer that a poll waits for, if one waits. It has a network socket until all of it has left. Private to engine.io as well. */
export const pollAnswerOf = (transport: Transport): ServerResponse | undefined => {
  if (transport.name !== 'polling') return undefined;
  const { res: answer } = transport as Transport & { res?: unknown };
  return answer instanceof ServerResponse ? answer : undefined;
};
