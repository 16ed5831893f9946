import type { ChatClient } from '@chat-backend/client';
import { createStore, type Readable } from '../store/create-store';
import type { Person } from './keep-people';

export interface Names {
  people: ReadonlyMap<string, Person>;
  /** Who was in a group when it was asked for last; without an entry it is not known. */
  members: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Who wrote what: everybody whom this page has heard of, by id. */
export interface KnownNames extends Readable<Names> {
  learn(people: readonly Person[]): void;
  /** The same for everybody who is in a group. */
  learnMembers(groupId: string, members: readonly Person[]): void;
  /** Asks for the members of a group, once. When somebody writes there who is none of them, it asks again by itself. */
  askForMembers(groupId: string): Promise<void>;
}

const isSame = (one: Person | undefined, other: Person): boolean =>
  one !== undefined && one.user_name === other.user_name && one.profile_image === other.profile_image && one.about === other.about;

export const knowNames = ({ on }: Pick<ChatClient, 'on'>, readMembers: (groupId: string) => Promise<readonly Person[]>, me: string): KnownNames => {
  const store = createStore<Names>({ people: new Map(), members: new Map() });
  const asking = new Map<string, Promise<void>>();

  const withPeople = (names: Names, people: readonly Person[]): Names => {
    const news = people.filter((person) => !isSame(names.people.get(person.id), person));
    return news.length === 0 ? names : { ...names, people: new Map([...names.people, ...news.map((person) => [person.id, person] as const)]) };
  };
  const learn = (people: readonly Person[]): void => { store.change((names) => withPeople(names, people)); };
  const learnMembers = (groupId: string, members: readonly Person[]): void => {
    store.change((names) => ({ ...withPeople(names, members), members: new Map(names.members).set(groupId, new Set(members.map(({ id }) => id))) }));
  };

  const ask = async (groupId: string): Promise<void> => {
    try {
      learnMembers(groupId, await readMembers(groupId));
    } catch {
      // The next to open the group asks again; until then its people have no names.
    } finally {
      asking.delete(groupId);
    }
  };
  const askOnce = (groupId: string): Promise<void> => {
    const asked = asking.get(groupId) ?? ask(groupId);
    asking.set(groupId, asked);
    return asked;
  };

  on('userEvent', (event) => {
    if (event.kind === 'friendship') learn([event.user]);
    if (event.kind === 'profile') learn([{ id: me, user_name: event.userName, about: event.about, profile_image: event.profileImage }]);
  });
  on('message', ({ chatId, chatType, from }) => {
    if (chatType === 'group' && store.get().members.get(chatId)?.has(from) === false) void askOnce(chatId);
  });

  return {
    get: store.get, subscribe: store.subscribe, learn, learnMembers,
    async askForMembers(groupId) { if (!store.get().members.has(groupId)) await askOnce(groupId); },
  };
};
