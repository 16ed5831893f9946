import type { CommittedMessage, NewMessage } from '@chat-backend/contracts';
import type { ChatNamespace } from '../chat-server';
import { encodePackets, writePackets } from '../connections/write-packets';
import type { RealtimeMetrics } from '../metrics';
import { roomsOf } from '../rooms/room-names';
import type { SendingSockets } from './sending-sockets';

/**
 * Emits messages to everybody here who hears them, each conversation's in their order, but none to the socket that sent it.
 *
 * Not by Socket.IO's broadcast, which walks through the room for each message: the messages of a conversation are encoded together, once, and each
 * connection gets them as one packet. In a large group nearly all of a push's cost is work for each packet of each connection.
 */
export type EmitMessages = (committed: readonly CommittedMessage[]) => void;

/** As Socket.IO's protocol writes an event. */
const packetOf = (message: NewMessage): string => `2${JSON.stringify(['newMessage', message])}`;

const byConversation = (committed: readonly CommittedMessage[]): Map<string, NewMessage[]> => {
  const conversations = new Map<string, NewMessage[]>();
  for (const { conversationId, message } of committed) {
    const messages = conversations.get(conversationId);
    if (messages === undefined) conversations.set(conversationId, [message]);
    else messages.push(message);
  }
  return conversations;
};

export const createEmitMessages = (
  { sockets, adapter }: ChatNamespace, sendingSockets: SendingSockets, metrics: Pick<RealtimeMetrics, 'pushed'>,
): EmitMessages => {
  const emitTogether = (messages: readonly NewMessage[], rooms: readonly string[]): void => {
    const packets = messages.map(packetOf);
    const senders = messages.map((message) => sendingSockets.take(message));
    const haveSent = new Set(senders);
    const all = encodePackets(packets);
    const othersThan = (socketId: string): string[] => packets.filter((_, index) => senders[index] !== socketId);
    const emitTo = (socketId: string): void => {
      const connection = sockets.get(socketId)?.conn;
      if (connection !== undefined) writePackets(connection, haveSent.has(socketId) ? encodePackets(othersThan(socketId)) : all);
    };
    for (const room of rooms) adapter.rooms.get(room)?.forEach(emitTo);
  };

  return (committed) => {
    metrics.pushed(committed.length);
    for (const messages of byConversation(committed).values()) {
      const [first] = messages;
      if (first !== undefined) emitTogether(messages, roomsOf(first));
    }
  };
};
