import { groupChat, isOpen, lastReadSeq, memberOf, messagesOf, pairOf, shown, way, type World } from './world.fixture';

/** What a user sees at the end. People and groups are in the order of their numbers; chats by the user or group that they are with. */
export interface View {
  sent: number[]; received: number[]; accepted: number[]; friends: number[]; blocked: number[];
  myGroups: number[]; groupsToJoin: number[];
  conversations: Record<string, { lastSeq: number; lastReadSeq: number; unread: number; lastMessage: string | null }>;
  histories: Record<string, { lastReadSeq: number; messages: unknown[] } | 'gone'>;
  /** The newest event of each subject: of a user, of a group, of what is read. */
  log: Record<string, string | number>;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

interface ChatOfView { name: string; chat: string; group?: number }

const chatsOf = (world: World, me: number, others: readonly number[]): ChatOfView[] => [
  ...others.map((other) => ({ name: `user ${other}`, chat: pairOf(me, other) })),
  ...numbers(world.groups.length).map((group) => ({ name: groupChat(group), chat: groupChat(group), group })),
];

const conversationOf = (world: World, me: number, { chat, group }: ChatOfView): View['conversations'][string] => {
  const messages = messagesOf(world, chat);
  const last = messages.at(-1);
  const read = lastReadSeq(world, me, chat, group);
  return { lastSeq: messages.length, lastReadSeq: read, unread: messages.length - read, lastMessage: last === undefined ? null : shown(last)[1] };
};

/** What the world lets the user see. */
export const viewOf = (world: World, me: number, users: number): View => {
  const others = numbers(users).filter((other) => other !== me);
  const chats = chatsOf(world, me, others);
  const isGone = ({ group }: ChatOfView): boolean => group !== undefined && memberOf(world, group, me) === undefined;
  const isListed = (chat: ChatOfView): boolean => chat.group === undefined ? messagesOf(world, chat.chat).length > 0 : !isGone(chat);
  const hasRequest = (from: number, to: number, status: string): boolean => world.requests.get(way(from, to)) === status;
  const groups = numbers(world.groups.length);
  return {
    sent: others.filter((other) => hasRequest(me, other, 'pending')),
    received: others.filter((other) => hasRequest(other, me, 'pending')),
    accepted: others.filter((other) => hasRequest(me, other, 'accepted') || hasRequest(other, me, 'accepted')),
    friends: others.filter((other) => world.friends.has(pairOf(me, other))),
    blocked: others.filter((other) => world.blocks.has(way(me, other))),
    myGroups: groups.filter((group) => memberOf(world, group, me) !== undefined),
    groupsToJoin: groups.filter((group) => isOpen(world, group) && memberOf(world, group, me) === undefined),
    conversations: Object.fromEntries(chats.filter(isListed).map((chat) => [chat.name, conversationOf(world, me, chat)])),
    histories: Object.fromEntries(chats.map((chat) => [chat.name, isGone(chat) ? 'gone' as const
      : { lastReadSeq: lastReadSeq(world, me, chat.chat, chat.group), messages: messagesOf(world, chat.chat).map(shown) }])),
    log: Object.fromEntries([...world.told].filter(([about]) => about.startsWith(`${me}: `)).map(([about, state]) => [about.slice(3), state])),
  };
};
