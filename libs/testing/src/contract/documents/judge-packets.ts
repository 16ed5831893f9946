import { Decoder, PacketType, type Packet } from 'socket.io-parser';
import type { ServedDocuments } from './served-documents';

/** What both sides of one Engine.IO session say to each other, however it is carried. */
export interface JudgedSession {
  fromClient(text: string): void;
  fromServer(text: string): void;
}

/** Told of everything that the server said. */
export type TellJudged = (operation: string, fault: string | undefined) => void;

const messagePacket = '4';
const openPacket = '0';
/** Open, close, ping, pong, upgrade and noop: Engine.IO's own. */
const enginePackets = ['0', '1', '2', '3', '5', '6'];

const decode = (text: string): Packet | undefined => {
  const decoder = new Decoder();
  let decoded: Packet | undefined;
  decoder.on('decoded', (packet) => { decoded = packet; });
  try { decoder.add(text); } catch { return undefined; }
  return decoded;
};

/** A client that names its acknowledgement by more digits than a number has gets it back so, which is no packet for a decoder; it has itself to thank. */
const acknowledgesInfinity = /^43Infinity(?=\[)/;

/** The name by which an open packet calls the session. */
export const sessionIdIn = (text: string): string | undefined =>
  (text.startsWith(openPacket) ? (JSON.parse(text.slice(1)) as { sid?: string }).sid : undefined);

export const judgeSession = (documents: ServedDocuments, tell: TellJudged): JudgedSession => {
  /** The events that wait for an acknowledgement, by its number; a hostile client may use one twice. */
  const asked = new Map<number, string[]>();

  const judgeEvent = ([event, payload, ...more]: readonly unknown[]): void => {
    const key = documents.pushedKey(String(event));
    tell(`pushed ${String(event)}`, key === undefined ? `the event ${String(event)} is not declared` : more.length > 0 ? `${key} has more than one argument` : documents.judgeMessage([key], payload));
  };
  const judgeAcknowledgement = (id: number, given: readonly unknown[]): void => {
    const events = asked.get(id);
    const name = `acknowledged ${events?.join(' or ') ?? id}`;
    if (events === undefined) { tell(name, `acknowledgement ${id} belongs to no event`); return; }
    const keys = [...new Set(events.flatMap((event) => documents.replyKeys(event)))];
    tell(name, given.length === 1 ? documents.judgeMessage(keys, given[0]) : `${name} with ${given.length} arguments`);
  };

  return {
    fromClient(text) {
      const packet = text.startsWith(messagePacket) ? decode(text.slice(1)) : undefined;
      if (packet?.type !== PacketType.EVENT || packet.id === undefined) return;
      asked.set(packet.id, [...new Set([...(asked.get(packet.id) ?? []), String((packet.data as unknown[])[0])])]);
    },
    fromServer(text) {
      if (!text.startsWith(messagePacket)) {
        if (!enginePackets.includes(text.charAt(0))) tell('packet', `no packet of Engine.IO: ${text.slice(0, 200)}`);
        return;
      }
      if (acknowledgesInfinity.test(text)) { judgeAcknowledgement(Infinity, JSON.parse(text.replace(acknowledgesInfinity, '')) as unknown[]); return; }
      const packet = decode(text.slice(1));
      if (packet === undefined) { tell('packet', `no packet of Socket.IO: ${text.slice(0, 200)}`); return; }
      if (packet.type === PacketType.EVENT) judgeEvent(packet.data as unknown[]);
      else if (packet.type === PacketType.ACK) judgeAcknowledgement(packet.id ?? -1, packet.data as unknown[]);
      else if (packet.type === PacketType.CONNECT) tell('connected', documents.judgeMessage(['connected'], packet.data));
      else if (packet.type === PacketType.CONNECT_ERROR) tell('connectRefused', documents.judgeMessage(['connectRefused'], packet.data));
      else if (packet.type !== PacketType.DISCONNECT) tell('packet', `a packet of type ${packet.type} is not declared`);
    },
  };
};
