import { randomUUID } from 'node:crypto';
import { socketEvents, type ClientEventName } from '@chat-backend/contracts';
import { friendConversationId } from '@chat-backend/database';
import { endpointNamed } from '../api-client';
import { newEmail } from '../people';
import { chatOfOthers, type Person, type World } from './build-world';
import type { AccessRule } from './read-access-table';

/** Whose thing a call is about: the caller's own, Una's, or one that is not there. */
export type Whose = 'own' | 'another\'s' | 'absent';

/** What a call can name, of a person or of nobody. */
type Named = Pick<Person, 'id' | 'email' | 'groupId' | 'sessionId' | 'token' | 'refreshToken'>;

const nobody = (): Named => ({ id: randomUUID(), email: newEmail(), groupId: randomUUID(), sessionId: randomUUID(), token: randomUUID(), refreshToken: randomUUID() });

/** Nobody has another's refresh token: whoever has it is that person. */
const namedBy = (world: World, caller: Person, whose: Whose): Named => {
  if (whose === 'own') return caller;
  return whose === 'absent' ? nobody() : { ...world.people.oneself, refreshToken: randomUUID() };
};

const lastWord = 1_000_000;

/** The chat that the line is about, as the caller names it, and the number of the message. */
const chatFor = ({ what }: AccessRule, world: World, caller: Person, whose: Whose, named: Named) => {
  const isPair = what.includes('friend chat');
  const conversationId = isPair ? friendConversationId(caller.id, named.id) : named.groupId;
  const ofOthers = whose === 'absent' ? named.groupId : chatOfOthers(world);
  const written = world.messages.filter((message) => message.conversationId === (what.includes("others' chat") ? ofOthers : conversationId));
  const mine = written.find(({ senderId }) => senderId === caller.id);
  const theirs = written.find(({ senderId }) => senderId !== caller.id);
  return {
    chatId: isPair ? named.id : what.includes("others' chat") ? ofOthers : named.groupId,
    chatType: isPair ? 'friend' : 'group',
    seq: what.startsWith('no message') ? lastWord : (what.startsWith('own') ? mine : theirs)?.seq ?? 1,
  };
};

/** Optional fields without which a call says nothing. */
const alsoGiven: Readonly<Record<string, readonly string[]>> = { 'update-profile': ['userName'], sync: ['conversations'] };

/** A call's or event's body: the fields that it needs, about the thing that the line names; and the ids of that thing besides, which no call may heed. */
export const makeBody = (rule: AccessRule, world: World, caller: Person, whose: Whose): Record<string, unknown> => {
  const name = rule.call.replace(/^event /, '');
  const { shape } = rule.call === name ? endpointNamed(name).request : socketEvents.fromClient[name as ClientEventName].payload;
  const named = namedBy(world, caller, whose);
  const chat = chatFor(rule, world, caller, whose, named);
  const values: Record<string, unknown> = {
    ...chat, to: name === 'sendMessage' ? chat.chatId : named.id, userId: name === 'remove-member' ? world.bystander.id : named.id,
    groupId: named.groupId, sessionId: named.sessionId, token: named.token, refreshToken: named.refreshToken, email: named.email, query: named.email,
    password: name === 'delete-account' ? 'not the password' : caller.password, currentPassword: caller.password, method: 'mail', otp: '123456',
    message: 'written now', messageType: 'TEXT', groupName: 'a group', userName: 'a name', conversations: [{ ...chat, afterSeq: 0, afterRevision: 0 }],
  };
  const taken = Object.entries<{ safeParse(value: unknown): { success: boolean } }>(shape)
    .filter(([field, schema]) => !schema.safeParse(undefined).success || (alsoGiven[name] ?? []).includes(field))
    .map(([field]): [string, unknown] => {
      if (!(field in values)) throw new Error(`make-body.ts has no value for ${field} of ${rule.call}`);
      return [field, values[field]];
    });
  return { id: named.id, userId: named.id, email: named.email, ...Object.fromEntries(taken) };
};
