import type { Socket as EngineConnection, Transport } from 'engine.io';
import { encodeFrames } from './encode-frames';

/** Packets of Socket.IO, encoded once for all connections that get them. */
export interface EncodedPackets {
  packets: readonly string[];
  /** The same, as one packet of engine.io that carries its WebSocket frames. */
  framed: Framed;
}
interface Framed { compress: false; wsPreEncodedFrame: readonly Buffer[] }

/** Engine.io's name for a packet with a message in it. */
const message = '4';

export const encodePackets = (packets: readonly string[]): EncodedPackets =>
  ({ packets, framed: { compress: false, wsPreEncodedFrame: [encodeFrames(packets.map((packet) => message + packet))] } });

/** Whether it writes frames as they are. Private to engine.io, so it may be missing: then it gets the packets. */
const takesFrames = (transport: Transport, framed: Framed): boolean =>
  (transport as Transport & { _canSendPreEncodedFrame?: (packet: { options: Framed }) => boolean })._canSendPreEncodedFrame?.({ options: framed }) === true;

/** Through engine.io's own buffer, as everything that a connection gets: in order, and counted. */
export const writePackets = (connection: EngineConnection, { packets, framed }: EncodedPackets): void => {
  if (packets.length === 0) return;
  if (takesFrames(connection.transport, framed)) connection.write('', framed);
  else for (const packet of packets) connection.write(packet);
};
