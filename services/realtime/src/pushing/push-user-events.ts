import type { DomainEventPayloads } from '@chat-backend/contracts';
import type { ChatNamespace } from '../chat-server';
import { userRoom } from '../rooms/room-names';

type Logged = DomainEventPayloads['user.changed']['logged'];

/** Tells each user's sockets here what was added to the user's log. Every process hears of it by itself, so it goes no further. */
export const createPushUserEvents = (namespace: ChatNamespace) => (logged: Logged): void => {
  for (const { userId, event } of logged) {
    const room = userRoom(userId);
    if (namespace.adapter.rooms.has(room)) namespace.local.to(room).emit('userEvent', event);
  }
};
