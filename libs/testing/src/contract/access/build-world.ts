import { randomUUID } from 'node:crypto';
import { friendConversationId } from '@chat-backend/database';
import { createTokenSigner, deriveKeys } from '@chat-backend/service-kit';
import { succeed, succeedWith } from '../api-client';
import { befriend, newEmail, newGroup, type TestPerson } from '../people';
import type { Shape } from '../shape';
import { connectSocket } from '../socket-client';
import { testSessionTime } from './keep-rows';
import { callers, type CallerName } from './read-access-table';

export interface StoredPlace { conversationId: string; seq: number; senderId: string }
export interface Person extends TestPerson { groupId: string; sessionId: string }

/** The people of the table, and what there is between them: `access-table.md` says it. */
export interface World {
  people: Readonly<Record<CallerName, Person>>;
  /** In everybody's group, and nobody's friend. */
  bystander: TestPerson;
  messages: readonly StoredPlace[];
  /** A token of a session of its own, so that a call which ends sessions takes nothing from the next. */
  freshToken(person: TestPerson): Promise<string>;
}

const register = async ({ url, query }: Shape, name: string): Promise<TestPerson> => {
  const account = { email: newEmail(), password: `password of ${name}` };
  const { id, token, refreshToken } = await succeedWith<{ id: string; token: string; refreshToken: string }>(url, 'register', account);
  await query('update users set is_verified = true, user_name = $2 where id = $1', [id, name]);
  return { ...account, id, token, refreshToken };
};

const write = async ({ url }: Shape, { token }: TestPerson, chatType: 'friend' | 'group', to: string): Promise<void> => {
  const socket = await connectSocket(url, token);
  await socket.store({ to, chatType, message: 'written before' });
  socket.close();
};

const registerAll = async (shape: Shape, bystander: TestPerson): Promise<Record<CallerName, Person>> => {
  const people = await Promise.all(callers.map(async (name): Promise<[CallerName, Person]> => {
    const person = await register(shape, name);
    const [session] = await shape.query<{ id: string }>('select id from sessions where user_id = $1', [person.id]);
    const groupId = await newGroup(shape, person, [bystander]);
    for (const writer of [person, bystander]) await write(shape, writer, 'group', groupId);
    return [name, { ...person, groupId, sessionId: session?.id ?? '' }];
  }));
  return Object.fromEntries(people) as Record<CallerName, Person>;
};

export const buildWorld = async (shape: Shape): Promise<World> => {
  const { url, query } = shape;
  const bystander = await register(shape, 'bystander');
  const people = await registerAll(shape, bystander);
  const { oneself: una, friend, member, blocked, blocker } = people;
  for (const one of [friend, blocked, blocker]) {
    await befriend(shape, una, one);
    await write(shape, una, 'friend', one.id);
    await write(shape, one, 'friend', una.id);
  }
  for (const one of [member, people['former member'], blocked]) {
    await succeed(url, 'join-group', { token: one.token, groupId: una.groupId });
    await write(shape, one, 'group', una.groupId);
  }
  await succeed(url, 'leave-group', { token: people['former member'].token, groupId: una.groupId });
  await succeed(url, 'sent-request', { token: member.token, to: una.id });
  await succeed(url, 'sent-request', { token: una.token, to: people['former member'].id });
  await succeed(url, 'block-user', { token: una.token, to: blocked.id });
  await succeed(url, 'block-user', { token: blocker.token, to: una.id });

  const messages = await query<{ conversation_id: string; seq: string; sender_id: string }>('select conversation_id, seq, sender_id from messages order by seq');
  const signer = createTokenSigner(deriveKeys(shape.secretKey).tokens[0]);
  return {
    people, bystander,
    messages: messages.map((row) => ({ conversationId: row.conversation_id, seq: Number(row.seq), senderId: row.sender_id })),
    async freshToken({ id: userId }) {
      const sessionId = randomUUID();
      await query(`insert into sessions (id, user_id, created_at, expires_at) values ($1, $2, $3, now() + interval '1 day')`, [sessionId, userId, testSessionTime]);
      return signer.sign({ userId, sessionId, purpose: 'access', livesSeconds: 900 });
    },
  };
};

/** A friend chat of Una's, which nobody may reach by naming it as if it were a group. */
export const chatOfOthers = ({ people }: World): string => friendConversationId(people.oneself.id, people.friend.id);
