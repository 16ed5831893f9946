import type { NewUserEvent, Person } from '@chat-backend/contracts';
import { appendUserLog, type LoggedEvent } from '@chat-backend/database';
import type { SocialGraphTables } from '../db';

type FriendshipState = Extract<NewUserEvent, { kind: 'friendship' }>['state'];

/** One of two users, and what there is now between them as this one sees it. */
export interface Side { userId: string; state: FriendshipState }

const readPeople = async (tables: SocialGraphTables, userIds: readonly string[]): Promise<Map<string, Person>> => {
  const users = await tables.user.findMany({ where: { id: { in: [...userIds] } }, select: { id: true, userName: true, about: true, profileImage: true } });
  return new Map(users.map(({ id, userName, about, profileImage }) => [id, { id, user_name: userName, about, profile_image: profileImage }]));
};

/** All that there is to see of a user whose account is gone. */
export const nobody = (id: string): Person => ({ id, user_name: null, about: null, profile_image: null });

const entryOf = ({ userId, state }: Side, other: string, people: Map<string, Person>) =>
  ({ userId, event: { kind: 'friendship' as const, state, user: people.get(other) ?? nobody(other) } });

/**
 * Tells both users, in their logs, what there is between them now: the last step of the transaction that made it so.
 * @returns what to announce after the commit
 */
export const logFriendship = async (tables: SocialGraphTables, one: Side, other: Side): Promise<LoggedEvent[]> => {
  const people = await readPeople(tables, [one.userId, other.userId]);
  return appendUserLog(tables, [entryOf(one, other.userId, people), entryOf(other, one.userId, people)]);
};

/** The same for what only one of the two may know. */
export const logOneSide = async (tables: SocialGraphTables, one: Side, otherId: string): Promise<LoggedEvent[]> =>
  appendUserLog(tables, [entryOf(one, otherId, await readPeople(tables, [otherId]))]);
