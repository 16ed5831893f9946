import type { NewMessage } from '@chat-backend/contracts';
import type { ChatNamespace } from '../chat-server';
import type { RealtimeMetrics } from '../metrics';
import { roomsOf } from '../rooms/room-names';
import type { SendingSockets } from './sending-sockets';

/** To everybody here who hears it but the socket that sent it. */
export const createEmitMessage = (
  namespace: ChatNamespace, sendingSockets: SendingSockets, metrics: Pick<RealtimeMetrics, 'pushed'>,
) => (message: NewMessage): void => {
  metrics.pushed();
  const listeners = namespace.local.to(roomsOf(message));
  const sender = sendingSockets.take(message);
  (sender === undefined ? listeners : listeners.except(sender)).emit('newMessage', message);
};
export type EmitMessage = ReturnType<typeof createEmitMessage>;
