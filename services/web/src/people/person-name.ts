import type { Chat } from '@chat-backend/client';
import type { Person } from './keep-people';
import type { Names } from './know-names';

export const deletedAccount = 'Deleted account';

/** Somebody who may have chosen no name yet. */
export const nameOf = (person: Pick<Person, 'user_name'> | undefined): string => person?.user_name ?? 'No name yet';

/**
 * Who wrote something in a group. Only members are named to members (docs/adr/0021): whoever is none any more, or is no more, has no name here, unless
 * this page knows it from elsewhere.
 */
export const nameInGroup = ({ people, members }: Names, { chatId }: Pick<Chat, 'chatId'>, userId: string): string => {
  const person = people.get(userId);
  const isMember = members.get(chatId)?.has(userId);
  if (person?.user_name != null || isMember === true) return nameOf(person);
  return isMember === undefined ? 'Somebody' : 'Former member';
};
