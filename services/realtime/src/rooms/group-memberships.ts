import type { InternalCaller } from '@chat-backend/service-kit';
import { LRUCache } from 'lru-cache';
import type { ChatNamespace } from '../chat-server';
import { retryBriefly } from '../retry-briefly';
import { groupRoom, userOfRoom, userRoom } from './room-names';

export interface GroupMembershipsOptions {
  namespace: ChatNamespace;
  localUsers: ReadonlySet<string>;
  internal: Pick<InternalCaller, 'call'>;
  /** Of more users here not each is named when it is asked who is a member, unless the group has more members than that, too. */
  mostNamed: number;
}

/**
 * Keeps group rooms right. The promise: while a version of a group is remembered, nobody who left at that version or before is in
 * its room here, and every member of that version who is here is in it.
 *
 * It holds because a socket enters its user's room before its groups are asked: from then on a refresh includes it.
 */
export interface GroupMemberships {
  /** Whether the room may hear what was allowed under this version. */
  isRight(groupId: string, version: number): boolean;
  /**
   * Asks who of the users here is a member now, and makes the room so.
   * @returns the version that it was made right for; 0 when the group is closed and nobody is left in it
   * @throws Refusal UNAVAILABLE after a few tries
   */
  refresh(groupId: string): Promise<number>;
  /** Lets a connecting socket in. Its groups were asked a moment ago, so that the room may know better already. */
  enter(socketId: string, groupId: string, version: number): void;
}

const rememberedGroups = 20_000;
/** After that it is tried again whether a group that was too large to be asked for whole still is. */
const rememberedAsLargeMs = 10 * 60_000;

export const createGroupMemberships = ({ namespace, localUsers, internal, mostNamed }: GroupMembershipsOptions): GroupMemberships => {
  const { adapter } = namespace;
  const versions = new LRUCache<string, number>({ max: rememberedGroups });
  const large = new LRUCache<string, true>({ max: rememberedGroups, ttl: rememberedAsLargeMs });

  /** Also of sockets that are about to be connected, which the namespace does not know yet. */
  const userOf = (socketId: string): string | undefined => {
    for (const room of adapter.sids.get(socketId) ?? []) {
      const userId = userOfRoom(room);
      if (userId !== undefined) return userId;
    }
    return undefined;
  };

  const removeStrangers = (room: string, asked: ReadonlySet<string>, members: ReadonlySet<string>): void => {
    for (const socketId of [...adapter.rooms.get(room) ?? []]) {
      const userId = userOf(socketId);
      if (userId !== undefined && asked.has(userId) && !members.has(userId)) void adapter.del(socketId, room);
    }
  };

  const addMembers = (room: string, members: ReadonlySet<string>): void => {
    for (const userId of members) {
      for (const socketId of adapter.rooms.get(userRoom(userId)) ?? []) void adapter.addAll(socketId, new Set([room]));
    }
  };

  const usersIn = (room: string): Set<string> => new Set([...adapter.rooms.get(room) ?? []].map(userOf).filter((userId) => userId !== undefined));

  /**
   * Asks for all members, so that it does not matter how many users are here. Who comes into the room while it asks, and is not among them, may have joined
   * or left since what either heard: it asks again.
   * @returns undefined where the group has too many
   */
  const refreshBySize = async (groupId: string): Promise<number | undefined> => {
    const room = groupRoom(groupId);
    for (;;) {
      const asked = usersIn(room);
      const { membershipVersion, memberIds, areAll } = await internal.call('members-among', { groupId, userIds: [], allUpTo: mostNamed }, groupId);
      if (areAll !== true) {
        large.set(groupId, true);
        return undefined;
      }
      const members = new Set(memberIds);
      removeStrangers(room, asked, members);
      addMembers(room, members);
      if (![...usersIn(room)].every((userId) => members.has(userId))) continue;
      versions.set(groupId, membershipVersion);
      return membershipVersion;
    }
  };

  /** Users who arrive while it asks are asked after, so that none is left out. */
  const refreshByName = async (groupId: string): Promise<number> => {
    const room = groupRoom(groupId);
    const asked = new Set<string>();
    let oldest = Number.MAX_SAFE_INTEGER;
    for (let userIds = [...localUsers]; userIds.length > 0; userIds = [...localUsers].filter((userId) => !asked.has(userId))) {
      const { membershipVersion, memberIds } = await internal.call('members-among', { groupId, userIds }, groupId);
      for (const userId of userIds) asked.add(userId);
      const members = new Set(memberIds);
      removeStrangers(room, new Set(userIds), members);
      addMembers(room, members);
      oldest = Math.min(oldest, membershipVersion);
    }
    // Nobody was here to be asked for: there is nothing to remember.
    if (asked.size > 0) versions.set(groupId, oldest);
    return oldest;
  };

  const refreshOnce = async (groupId: string): Promise<number> => {
    const known = localUsers.size > mostNamed && !large.has(groupId) ? await refreshBySize(groupId) : undefined;
    return known ?? refreshByName(groupId);
  };

  return {
    isRight: (groupId, version) => (versions.get(groupId) ?? -1) >= version,
    refresh: (groupId) => retryBriefly(() => refreshOnce(groupId)),
    enter(socketId, groupId, version) {
      // The room knows a later version, under which this user may have left: it is asked again before the next push.
      if ((versions.get(groupId) ?? 0) > version) versions.delete(groupId);
      void adapter.addAll(socketId, new Set([groupRoom(groupId)]));
    },
  };
};
