import { scriptClient } from '../chats/chat-client.fixture';
import { keepPeople, relationTo } from './keep-people';

const person = (id: string) => ({ id, user_name: id, about: null, profile_image: null });
const empty = () => ({ data: [] });
const begin = () => {
  const scripted = scriptClient({ 'get-all-friends': () => ({ data: [person('cy')] }), 'get-all-received-requests': () => ({ data: [person('bo')] }), 'get-all-user-sent-requests': empty, 'get-blocked-users': empty });
  return { scripted, people: keepPeople(scripted.client) };
};
const event = (state: 'none' | 'friends' | 'blocked', id: string) => ({ kind: 'friendship', number: 1, createdAt: '', state, user: person(id) }) as const;

describe('my people', () => {
  it('are in one list each, and follow the log', async () => {
    const { scripted, people } = begin();
    await people.load();
    scripted.emit('userEvent', event('friends', 'bo'));
    scripted.emit('userEvent', event('blocked', 'cy'));
    const { lists } = people.get();
    expect([lists.friends.map(({ id }) => id), lists.received, lists.blocked.map(({ id }) => id)]).toEqual([['bo'], [], ['cy']]);
  });

  it('a list that was asked for before the log spoke does not undo what it said', async () => {
    const { scripted, people } = begin();
    const loading = people.load();
    scripted.emit('userEvent', event('none', 'cy'));
    await loading;
    expect(relationTo(people.get().lists, 'cy')).toBe('none');
  });

  it('an answer does not undo what the log said after it was asked for', async () => {
    const { scripted, people } = begin();
    await people.load();
    let answer: (reply: unknown) => void = () => undefined;
    scripted.answers['accept-request'] = () => new Promise((resolve) => { answer = resolve; });
    const accepting = people.accept(person('bo'));
    scripted.emit('userEvent', event('none', 'bo'));
    answer({});
    await accepting;
    expect(relationTo(people.get().lists, 'bo')).toBe('none');
  });

  it('say why they are not there, and are read again when the connection is back', async () => {
    const { scripted, people } = begin();
    delete scripted.answers['get-all-friends'];
    await people.load();
    expect(people.get().loading.status).toBe('failed');
    scripted.answers['get-all-friends'] = empty;
    scripted.emit('state', 'live');
    await people.load();
    expect(people.get().loading.status).toBe('ready');
  });
});
