import type { ChatClient, ReplyTo } from '@chat-backend/client';
import { createStore, type Loading, type Readable } from '../store/create-store';
import { readAll } from '../store/read-all';

export type Person = ReplyTo<'get-all-friends'>['data'][number];
/** What there is between another user and me. */
export type Relation = 'none' | 'friends' | 'received' | 'sent' | 'blocked';
export type Lists = Readonly<Record<Exclude<Relation, 'none'>, readonly Person[]>>;
export interface People { loading: Loading; lists: Lists }

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
  const store = createStore<People>({ loading: { status: 'loading' }, lists: nobody });
  /** Counts what the log said of each: it is newer than a list, or an answer, that was asked for before. */
  const heard = new Map<string, number>();
  let sinceLoad: { person: Person; relation: Relation }[] = [];
  let reading: Promise<void> | undefined;

  const place = (person: Person, relation: Relation): void => {
    sinceLoad.push({ person, relation });
    store.change(({ loading, lists }) => ({ loading, lists: placePerson(lists, person, relation) }));
  };

  const read = async (): Promise<void> => {
    sinceLoad = [];
    try {
      const [friends, received, sent, blocked] = await Promise.all([
        readAll((paging) => call('get-all-friends', paging)), readAll((paging) => call('get-all-received-requests', paging)),
        readAll((paging) => call('get-all-user-sent-requests', paging)), readAll((paging) => call('get-blocked-users', paging)),
      ]);
      const lists = sinceLoad.reduce<Lists>((placed, { person, relation }) => placePerson(placed, person, relation), { friends, received, sent, blocked });
      store.change(() => ({ loading: { status: 'ready' }, lists }));
    } catch (error) {
      store.change((people) => (people.loading.status === 'ready' ? people : { ...people, loading: { status: 'failed', error } }));
    }
  };

  const load = (): Promise<void> => {
    store.change((people) => (people.loading.status === 'failed' ? { ...people, loading: { status: 'loading' } } : people));
    reading ??= read().finally(() => { reading = undefined; });
    return reading;
  };

  /** Does it, and shows it, unless the log has said something newer meanwhile. */
  const action = (name: 'sent-request' | 'accept-request' | 'reject-request' | 'cancel-request' | 'remove-friend' | 'block-user' | 'unblock-user', relation: Relation): PersonAction =>
    async (person) => {
      const before = heard.get(person.id);
      await call(name, { to: person.id });
      if (heard.get(person.id) === before) place(person, relation);
    };

  on('userEvent', (event) => {
    if (event.kind !== 'friendship') return;
    heard.set(event.user.id, (heard.get(event.user.id) ?? 0) + 1);
    place(event.user, relationOfEvent[event.state]);
  });
  on('fault', ({ code }) => { if (code === 'LOG_RESET') void load(); });
  on('state', (state) => { if (state === 'live' && store.get().loading.status === 'failed') void load(); });

  return {
    get: store.get, subscribe: store.subscribe, load,
    request: action('sent-request', 'sent'),
    accept: action('accept-request', 'friends'),
    reject: action('reject-request', 'none'),
    cancel: action('cancel-request', 'none'),
    unfriend: action('remove-friend', 'none'),
    block: action('block-user', 'blocked'),
    unblock: action('unblock-user', 'none'),
  };
};
