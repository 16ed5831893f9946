import { friendConversationId, newId, orderedPair } from '@chat-backend/database';
import { createTokenSigner, deriveKeys } from '@chat-backend/service-kit';
import type { Conversations } from '../checker/tables';
import type { Chat } from '../clients/load-client';
import type { Cluster } from '../cluster/start-cluster';

export interface Person { id: string; sessionId: string; token: string; chats: Chat[] }
export interface Friends { conversation: string; pair: [Person, Person] }
export interface Group { conversation: string; owner: Person; members: Person[] }

/** Everybody who takes part, and whom they know. */
export interface People { people: Person[]; friends: Friends[]; groups: Group[]; conversations: Conversations }

export interface PeopleOptions { users: number; groups: number; groupSize: number }

const tokensLiveSeconds = 3 * 24 * 60 * 60;
/** Each is a friend of the next ones, in a circle. */
const friendsAhead = 2;

/** Whom there will be; nothing is stored yet. */
export const inventPeople = ({ users, groups, groupSize }: PeopleOptions, secretKey: string): People => {
  const signer = createTokenSigner(deriveKeys(secretKey).tokens[0]);
  const people = Array.from({ length: users }, (): Person => {
    const [id, sessionId] = [newId(), newId()];
    return { id, sessionId, token: signer.sign({ userId: id, sessionId, purpose: 'access', livesSeconds: tokensLiveSeconds }), chats: [] };
  });
  const at = (index: number): Person => {
    const person = people[index % people.length];
    if (person === undefined) throw new Error('there is nobody');
    return person;
  };
  const friends = people.flatMap((one, index) => Array.from({ length: friendsAhead }, (_, ahead): Friends => {
    const other = at(index + ahead + 1);
    return { conversation: friendConversationId(one.id, other.id), pair: [one, other] };
  }));
  const invented = Array.from({ length: groups }, (_, index): Group => {
    const members = Array.from({ length: groupSize }, (__, member) => at(index * Math.ceil(users / groups) + member));
    return { conversation: newId(), owner: at(index * Math.ceil(users / groups)), members };
  });

  const readers = new Map<string, ReadonlySet<string>>();
  for (const { conversation, pair: [one, other] } of friends) {
    one.chats.push({ conversation, chatId: other.id, chatType: 'friend' });
    other.chats.push({ conversation, chatId: one.id, chatType: 'friend' });
    readers.set(conversation, new Set([one.id, other.id]));
  }
  for (const { conversation, members } of invented) {
    for (const member of members) member.chats.push({ conversation, chatId: conversation, chatType: 'group' });
    readers.set(conversation, new Set(members.map(({ id }) => id)));
  }
  const nobody: ReadonlySet<string> = new Set();
  return { people, friends, groups: invented, conversations: { readersOf: (conversation) => readers.get(conversation) ?? nobody, all: [...readers.keys()] } };
};

/** By SQL, so that no time goes into passwords and mails. */
export const storePeople = async ({ query }: Pick<Cluster, 'query'>, { people, friends, groups }: People): Promise<void> => {
  await query(
    `insert into users (id, email, user_name, password_hash, pepper_id, is_verified, updated_at)
     select id, id || '@example.com', 'person ' || n, '', '', true, now() from unnest($1::uuid[]) with ordinality as p(id, n)`, [people.map(({ id }) => id)]);
  await query(`insert into sessions (id, user_id, expires_at) select id, owner, now() + interval '3 days' from unnest($1::uuid[], $2::uuid[]) as s(id, owner)`,
    [people.map(({ sessionId }) => sessionId), people.map(({ id }) => id)]);
  const pairs = friends.map(({ pair: [one, other] }) => orderedPair(one.id, other.id));
  await query('insert into friendships (low_user_id, high_user_id) select * from unnest($1::uuid[], $2::uuid[])',
    [pairs.map(({ lowUserId }) => lowUserId), pairs.map(({ highUserId }) => highUserId)]);
  for (const { conversation, owner, members } of groups) {
    await query(`insert into groups (id, name, owner_id) values ($1, 'a group', $2)`, [conversation, owner.id]);
    await query(
      `insert into group_members (group_id, user_id, role) select $1, id, (case when id = $3 then 'owner' else 'member' end)::member_role from unnest($2::uuid[]) as m(id)`,
      [conversation, members.map(({ id }) => id), owner.id]);
  }
};
