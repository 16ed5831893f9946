/** What a graph of users is, written down apart from the services. Users and groups are 0, 1, 2 …; a group that was never made is not there. */
export interface World {
  /** By `from>to`. */
  requests: Map<string, 'pending' | 'accepted' | 'rejected' | 'cancelled'>;
  /** By the pair, the lower user first. */
  friends: Set<string>;
  /** By `blocker>blocked`. */
  blocks: Set<string>;
  /** A group without members is closed. */
  groups: Member[][];
  /** By the chat. */
  messages: Map<string, Message[]>;
  /** How far a user has read a chat, by `user@chat`. */
  reads: Map<string, number>;
  /** What a user's log says last of another user, a group or the reading of a chat. */
  told: Map<string, string | number>;
}
/** In the order of joining. What was written before is read. */
export interface Member { user: number; role: 'owner' | 'member'; joinedSeq: number }
export interface Message { from: number; text: string; isDeleted: boolean }

/** A user does something with another one or with a group. */
export interface Command { act: string; me: number; other: number; group: number; isGroup: boolean; seq: number; text: string }

export const emptyWorld = (): World =>
  ({ requests: new Map(), friends: new Set(), blocks: new Set(), groups: [], messages: new Map(), reads: new Map(), told: new Map() });

export const way = (from: number, to: number): string => `${from}>${to}`;
export const pairOf = (one: number, other: number): string => way(Math.min(one, other), Math.max(one, other));
export const groupChat = (group: number): string => `group ${group}`;
export const chatOf = ({ me, other, group, isGroup }: Command): string => isGroup ? groupChat(group) : pairOf(me, other);

export const areFriends = ({ friends }: World, one: number, other: number): boolean => friends.has(pairOf(one, other));
export const areBlocked = ({ blocks }: World, one: number, other: number): boolean => blocks.has(way(one, other)) || blocks.has(way(other, one));
export const membersOf = ({ groups }: World, group: number): Member[] => groups[group] ?? [];
export const isOpen = (world: World, group: number): boolean => membersOf(world, group).length > 0;
export const memberOf = (world: World, group: number, user: number): Member | undefined => membersOf(world, group).find((member) => member.user === user);
export const messagesOf = ({ messages }: World, chat: string): Message[] => messages.get(chat) ?? [];

/** How far the user has read: to where it was marked or where they wrote, and in a group at least to where they joined. */
export const lastReadSeq = (world: World, user: number, chat: string, group?: number): number => {
  const joined = group === undefined ? 0 : memberOf(world, group, user)?.joinedSeq ?? 0;
  return Math.max(world.reads.get(`${user}@${chat}`) ?? 0, joined);
};

/** What of the text is left. */
export const shown = ({ from, text, isDeleted }: Message): [from: number, text: string, isDeleted: boolean] => [from, isDeleted ? '' : text, isDeleted];
