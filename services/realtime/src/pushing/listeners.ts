import type { Adapter } from '../chat-server';
import type { GroupMemberships } from '../rooms/group-memberships';
import { roomsOf, type Addressed } from '../rooms/room-names';

/** What goes to the rooms of a conversation: a new message, or one that was changed. */
export interface Push {
  /** The group's membership version that it was allowed under; absent in a friend chat. */
  membershipVersion?: number;
  message: Addressed;
}

/** Who hears a push here. */
export interface Listeners {
  isHeard(rooms: readonly string[]): boolean;
  /** Whether the room is right for it: who left before it was allowed is not in there. */
  mayHear(push: Push): boolean;
  /**
   * Makes the room right.
   * @returns whether somebody is in it: a group may be closed by now, or have no member here
   * @throws Refusal UNAVAILABLE after a few tries
   */
  admitMembersOnly(push: Push): Promise<boolean>;
}

export const createListeners = (adapter: Adapter, memberships: Pick<GroupMemberships, 'isRight' | 'refresh'>): Listeners => {
  const isHeard = (rooms: readonly string[]): boolean => rooms.some((room) => adapter.rooms.has(room));

  const mayHear = ({ message, membershipVersion = 0 }: Push): boolean =>
    message.chatType === 'friend' || memberships.isRight(message.to, membershipVersion);

  return {
    isHeard,
    mayHear,
    async admitMembersOnly(push) {
      while (!mayHear(push)) {
        const known = await memberships.refresh(push.message.to);
        if (known < (push.membershipVersion ?? 0)) return false;
        if (!isHeard(roomsOf(push.message))) return false;
      }
      return isHeard(roomsOf(push.message));
    },
  };
};
