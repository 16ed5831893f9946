import {
  areBlocked, areFriends, chatOf, groupChat, isOpen, lastReadSeq, memberOf, membersOf, messagesOf, pairOf, shown, way, type Command, type Message, type World,
} from './world.fixture';

/** `done`, the code of the refusal, or what is answered. */
export type Answer = unknown;
type Rule = (world: World, command: Command) => Answer;

const tellOfUser = ({ told }: World, me: number, other: number, state: string): void => { told.set(`${me}: user ${other}`, state); };
const tellBoth = (world: World, me: number, other: number, mine: string, theirs = mine): void => {
  tellOfUser(world, me, other, mine);
  tellOfUser(world, other, me, theirs);
};
const tellOfGroup = ({ told }: World, user: number, group: number, state: string): void => { told.set(`${user}: group ${group}`, state); };

const endRequest = (world: World, from: number, to: number, status: 'accepted' | 'rejected' | 'cancelled'): Answer => {
  if (world.requests.get(way(from, to)) !== 'pending') return 'REQUEST_NOT_FOUND';
  world.requests.set(way(from, to), status);
  tellBoth(world, from, to, status === 'accepted' ? 'friends' : 'none');
  return 'done';
};

const betweenTwo: Record<string, Rule> = {
  'sent-request': (world, { me, other }) => {
    if (me === other) return 'CANNOT_BEFRIEND_YOURSELF';
    if (areBlocked(world, me, other)) return 'USER_NOT_FOUND';
    if (areFriends(world, me, other)) return 'ALREADY_FRIENDS';
    if (world.requests.get(way(other, me)) === 'pending') return 'REQUEST_ALREADY_RECEIVED';
    if (world.requests.get(way(me, other)) === 'pending') return 'done';
    world.requests.set(way(me, other), 'pending');
    tellBoth(world, me, other, 'requestSent', 'requestReceived');
    return 'done';
  },
  'accept-request': (world, { me, other }) => {
    const answer = endRequest(world, other, me, 'accepted');
    if (answer === 'done') world.friends.add(pairOf(me, other));
    return answer;
  },
  'reject-request': (world, { me, other }) => endRequest(world, other, me, 'rejected'),
  'cancel-request': (world, { me, other }) => endRequest(world, me, other, 'cancelled'),
  'remove-friend': (world, { me, other }) => {
    if (!world.friends.delete(pairOf(me, other))) return 'FRIEND_NOT_FOUND';
    tellBoth(world, me, other, 'none');
    return 'done';
  },
  'block-user': (world, { me, other }) => {
    if (me === other) return 'CANNOT_BLOCK_YOURSELF';
    if (world.blocks.has(way(me, other))) return 'done';
    world.blocks.add(way(me, other));
    const ways = [way(me, other), way(other, me)];
    const hasEnded = [world.friends.delete(pairOf(me, other)), ...ways.map((each) => world.requests.get(each) === 'pending')].includes(true);
    for (const each of ways) world.requests.delete(each);
    tellOfUser(world, me, other, 'blocked');
    if (hasEnded) tellOfUser(world, other, me, 'none');
    return 'done';
  },
  'unblock-user': (world, { me, other }) => {
    if (!world.blocks.delete(way(me, other))) return 'BLOCK_NOT_FOUND';
    tellOfUser(world, me, other, 'none');
    return 'done';
  },
  'search-users': (world, { me, other }) => me === other || areBlocked(world, me, other) ? [] : [other],
};

/** The owner's place goes to whoever has been in the group the longest. */
const leave = (world: World, group: number, user: number): void => {
  const members = membersOf(world, group);
  const [left] = members.splice(members.findIndex((member) => member.user === user), 1);
  tellOfGroup(world, user, group, 'none');
  const [heir] = members;
  if (left?.role !== 'owner' || heir === undefined) return;
  heir.role = 'owner';
  tellOfGroup(world, heir.user, group, 'owner');
};

const inGroups: Record<string, Rule> = {
  'create-group': (world, { me }) => {
    world.groups.push([{ user: me, role: 'owner', joinedSeq: 0 }]);
    tellOfGroup(world, me, world.groups.length - 1, 'owner');
    return 'done';
  },
  'join-group': (world, { me, group }) => {
    if (!isOpen(world, group)) return 'GROUP_NOT_FOUND';
    if (memberOf(world, group, me) !== undefined) return 'done';
    membersOf(world, group).push({ user: me, role: 'member', joinedSeq: messagesOf(world, groupChat(group)).length });
    tellOfGroup(world, me, group, 'member');
    return 'done';
  },
  'leave-group': (world, { me, group }) => {
    if (!isOpen(world, group)) return 'GROUP_NOT_FOUND';
    if (memberOf(world, group, me) === undefined) return 'NOT_A_MEMBER';
    leave(world, group, me);
    return 'done';
  },
  'remove-member': (world, { me, other, group }) => {
    if (me === other) return 'INVALID_REQUEST';
    if (!isOpen(world, group)) return 'GROUP_NOT_FOUND';
    const mine = memberOf(world, group, me);
    if (mine === undefined) return 'NOT_A_MEMBER';
    if (mine.role !== 'owner') return 'NOT_THE_OWNER';
    if (memberOf(world, group, other) === undefined) return 'MEMBER_NOT_FOUND';
    leave(world, group, other);
    return 'done';
  },
  'get-group-members': (world, { me, group }) => {
    if (!isOpen(world, group)) return 'GROUP_NOT_FOUND';
    return memberOf(world, group, me) === undefined ? 'NOT_A_MEMBER' : membersOf(world, group).map(({ user, role }) => [user, role]);
  },
};

const refusalToWrite = (world: World, { me, other, group, isGroup }: Command): string | undefined => {
  if (isGroup) return memberOf(world, group, me) === undefined ? 'NOT_A_MEMBER' : undefined;
  return areFriends(world, me, other) && !areBlocked(world, me, other) ? undefined : 'NOT_FRIENDS';
};
const refusalToRead = (world: World, command: Command): string | undefined => {
  const { me, other, group, isGroup } = command;
  if (!isGroup) return areFriends(world, me, other) || messagesOf(world, chatOf(command)).length > 0 ? undefined : 'CONVERSATION_NOT_FOUND';
  if (!isOpen(world, group)) return 'GROUP_NOT_FOUND';
  return memberOf(world, group, me) === undefined ? 'NOT_A_MEMBER' : undefined;
};

const change = (world: World, command: Command, write: (message: Message) => void): Answer => {
  const refusal = refusalToWrite(world, command);
  if (refusal !== undefined) return refusal;
  const message = messagesOf(world, chatOf(command))[command.seq - 1];
  if (message === undefined || message.isDeleted) return 'MESSAGE_NOT_FOUND';
  if (message.from !== command.me) return 'NOT_THE_SENDER';
  write(message);
  return 'done';
};

const inChats: Record<string, Rule> = {
  send: (world, command) => {
    const refusal = refusalToWrite(world, command);
    if (refusal !== undefined) return refusal;
    const chat = chatOf(command);
    const messages = [...messagesOf(world, chat), { from: command.me, text: command.text, isDeleted: false }];
    world.messages.set(chat, messages);
    world.reads.set(`${command.me}@${chat}`, messages.length);
    return messages.length;
  },
  'edit-message': (world, command) => change(world, command, (message) => { message.text = command.text; }),
  'delete-message': (world, command) => change(world, command, (message) => { message.isDeleted = true; }),
  'get-messages': (world, command) => refusalToRead(world, command) ?? messagesOf(world, chatOf(command)).map(shown),
  'mark-read': (world, command) => {
    const refusal = refusalToRead(world, command);
    if (refusal !== undefined) return refusal;
    const chat = chatOf(command);
    const before = lastReadSeq(world, command.me, chat, command.isGroup ? command.group : undefined);
    const target = Math.min(command.seq, messagesOf(world, chat).length);
    if (target <= before) return before;
    world.reads.set(`${command.me}@${chat}`, target);
    world.told.set(`${command.me}: read ${chat}`, target);
    return target;
  },
  'get-chat-details': (world, command) => {
    if (command.isGroup) return isOpen(world, command.group) ? 'done' : 'GROUP_NOT_FOUND';
    return refusalToRead(world, command) === undefined ? 'done' : 'USER_NOT_FOUND';
  },
};

/** What each act does to the world, and what is answered: the rules again, written down apart from the services. */
export const rules: Readonly<Record<string, Rule>> = { ...betweenTwo, ...inGroups, ...inChats };
