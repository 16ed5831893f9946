import type { ChatClient, ReplyTo } from '@chat-backend/client';
import type { Readable } from '../store/create-store';
import { keepRead, type Loadable } from '../store/keep-read';
import { readAll } from '../store/read-all';

export type Person = ReplyTo<'get-all-friends'>['data'][number];
/** What there is between another user and me. */
export type Relation = 'none' | 'friends' | 'received' | 'sent' | 'blocked';
export type Lists = Readonly<Record<Exclude<Relation, 'none'>, readonly Person[]>>;
export type People = Loadable<{ lists: Lists }>;

type PersonAction = (person: Person) => Promise<void>;

/** Everybody with whom I have something to do, in four lists; live on all of my devices. */
export interface KeptPeople extends Readable<People> {
  /** Reads the lists anew. */
  load(): Promise<void>;
  /** Each is shown as soon as the server has done it. @throws ChatError */
  request: PersonAction;
  accept: PersonAction;
  reject: PersonAction;
  cancel: PersonAction;
  unfriend: PersonAction;
  block: PersonAction;
  unblock: PersonAction;
}

const nobody: Lists = { friends: [], received: [], sent: [], blocked: [] };
const relations = ['friends', 'received', 'sent', 'blocked'] as const;

export const relationTo = (lists: Lists, userId: string): Relation =>
  relations.find((relation) => lists[relation].some(({ id }) => id === userId)) ?? 'none';

/** A person is in one list at most: the newest comes first. */
const placePerson = (lists: Lists, person: Person, relation: Relation): Lists => {
  const placed = (name: Exclude<Relation, 'none'>): readonly Person[] => {
    const others = lists[name].filter(({ id }) => id !== person.id);
    return name === relation ? [person, ...others] : others;
  };
  return { friends: placed('friends'), received: placed('received'), sent: placed('sent'), blocked: placed('blocked') };
};

const relationOfEvent = { none: 'none', friends: 'friends', requestReceived: 'received', requestSent: 'sent', blocked: 'blocked' } as const;

export const keepPeople = ({ call, on }: Pick<ChatClient, 'call' | 'on'>): KeptPeople => {
  const kept = keepRead<{ lists: Lists }, Lists>({ on }, {
    first: { lists: nobody },
    async ask() {
      const [friends, received, sent, blocked] = await Promise.all([
        readAll((paging) => call('get-all-friends', paging)), readAll((paging) => call('get-all-received-requests', paging)),
        readAll((paging) => call('get-all-user-sent-requests', paging)), readAll((paging) => call('get-blocked-users', paging)),
      ]);
      return { friends, received, sent, blocked };
    },
    take: (_, lists) => ({ lists }),
  });
  const placed = (person: Person, relation: Relation) => ({ lists }: { lists: Lists }): { lists: Lists } => ({ lists: placePerson(lists, person, relation) });
  const action = (name: 'sent-request' | 'accept-request' | 'reject-request' | 'cancel-request' | 'remove-friend' | 'block-user' | 'unblock-user', relation: Relation): PersonAction =>
    (person) => kept.changeAfter(person.id, call(name, { to: person.id }), placed(person, relation));

  on('userEvent', (event) => {
    if (event.kind !== 'friendship') return;
    kept.hear(event.user.id);
    kept.change(placed(event.user, relationOfEvent[event.state]));
  });

  return {
    get: kept.get, subscribe: kept.subscribe, load: kept.load,
    request: action('sent-request', 'sent'),
    accept: action('accept-request', 'friends'),
    reject: action('reject-request', 'none'),
    cancel: action('cancel-request', 'none'),
    unfriend: action('remove-friend', 'none'),
    block: action('block-user', 'blocked'),
    unblock: action('unblock-user', 'none'),
  };
};
