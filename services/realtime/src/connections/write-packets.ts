import type { Socket as EngineConnection, Transport } from 'engine.io';
import { encodeFrames } from './encode-frames';

/** Options of a packet of engine.io that carries WebSocket frames: those are written as they are, one buffer for all that is in them. */
export interface Framed { compress: false; wsPreEncodedFrame: readonly Buffer[] }

/** Packets of Socket.IO, encoded once for all connections that get them. */
export interface EncodedPackets {
  packets: readonly string[];
  framed: Framed;
}

/** Engine.io's name for a packet with a message in it. */
const message = '4';

export const framePackets = (packets: readonly string[]): Framed => ({ compress: false, wsPreEncodedFrame: [encodeFrames(packets.map((packet) => message + packet))] });

export const encodePackets = (packets: readonly string[]): EncodedPackets => ({ packets, framed: framePackets(packets) });

/** Whether it writes frames as they are; only then may it be given any. Private to engine.io, so it may be missing. */
export const takesFrames = (transport: Transport): boolean => {
  const { _canSendPreEncodedFrame: canSend } = transport as Transport & { _canSendPreEncodedFrame?: (packet: { options: Framed }) => boolean };
  return canSend?.call(transport, framedNothing) === true;
};
const framedNothing: { options: Framed } = { options: { compress: false, wsPreEncodedFrame: [] } };

/** Through engine.io's own buffer, as everything that a connection gets: in order, and counted. */
export const writePackets = (connection: EngineConnection, { packets, framed }: EncodedPackets): void => {
  if (packets.length === 0) return;
  if (takesFrames(connection.transport)) connection.write('', framed);
  else for (const packet of packets) connection.write(packet);
};
