import type { Adapter } from '../chat-server';
import { userOfRoom } from './room-names';

/** The users who have a socket in this process, connected or about to be. Follows the adapter's rooms. */
export const followLocalUsers = (adapter: Adapter): ReadonlySet<string> => {
  const users = new Set<string>();
  adapter.on('create-room', (room: string) => {
    const userId = userOfRoom(room);
    if (userId !== undefined) users.add(userId);
  });
  adapter.on('delete-room', (room: string) => {
    const userId = userOfRoom(room);
    if (userId !== undefined) users.delete(userId);
  });
  return users;
};
