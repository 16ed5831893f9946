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

/**
 * Tells both users, in their logs, what there is between them now: the last step of the transaction that made it so.
 * @returns what to announce after the commit
 */
export const logFriendship = async (tables: SocialGraphTables, one: Side, other: Side): Promise<LoggedEvent[]> => {
  const people = await readPeople(tables, [one.userId, other.userId]);
  const entry = ({ userId, state }: Side, user: string) => ({ userId, event: { kind: 'friendship' as const, state, user: people.get(user) ?? nobody(user) } });
  return appendUserLog(tables, [entry(one, other.userId), entry(other, one.userId)]);
};
