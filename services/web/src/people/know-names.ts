import type { ChatClient } from '@chat-backend/client';
import { createStore, type Readable } from '../store/create-store';
import type { Person } from './keep-people';

export type Names = ReadonlyMap<string, Person>;

/** Who wrote what: everybody whom this page has heard of, by id. */
export interface KnownNames extends Readable<Names> {
  learn(people: readonly Person[]): void;
  /** Asks for the members of a group, once a group unless `again`: whoever writes there is one of them, or was. */
  learnMembers(groupId: string, again?: boolean): Promise<void>;
}

const isSame = (one: Person | undefined, other: Person): boolean =>
  one !== undefined && one.user_name === other.user_name && one.profile_image === other.profile_image && one.about === other.about;

export const knowNames = ({ on }: Pick<ChatClient, 'on'>, readMembers: (groupId: string) => Promise<readonly Person[]>, me: string): KnownNames => {
  const store = createStore<Names>(new Map());
  const askedGroups = new Set<string>();

  const learn = (people: readonly Person[]): void => {
    store.change((names) => {
      const news = people.filter((person) => !isSame(names.get(person.id), person));
      return news.length === 0 ? names : new Map([...names, ...news.map((person) => [person.id, person] as const)]);
    });
  };

  on('userEvent', (event) => {
    if (event.kind === 'friendship') learn([event.user]);
    if (event.kind === 'profile') learn([{ id: me, user_name: event.userName, about: event.about, profile_image: event.profileImage }]);
  });

  return {
    get: store.get, subscribe: store.subscribe, learn,
    async learnMembers(groupId, again = false) {
      if (askedGroups.has(groupId) && !again) return;
      askedGroups.add(groupId);
      try {
        learn(await readMembers(groupId));
      } catch {
        // The next to open the group asks again; until then its people have no names.
        askedGroups.delete(groupId);
      }
    },
  };
};
