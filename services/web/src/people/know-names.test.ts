import { messageOf, scriptClient, settled } from '../chats/chat-client.fixture';
import { knowNames } from './know-names';
import { nameInGroup } from './person-name';

const person = (id: string, user_name: string | null = id) => ({ id, user_name, about: null, profile_image: null });
const tea = { chatId: 'tea', chatType: 'group' } as const;
const begin = () => {
  const scripted = scriptClient();
  const asked: { answer(members: ReturnType<typeof person>[]): void; fail(): void }[] = [];
  const names = knowNames(scripted.client, () => new Promise((resolve, reject) => { asked.push({ answer: resolve, fail() { reject(new Error('away')); } }); }), 'me');
  return { scripted, names, asked, called: (id: string) => nameInGroup(names.get(), tea, id) };
};

describe('names in a group', () => {
  it('are those of its members; who is none any more is a former member, but for who is known from elsewhere', async () => {
    const { names, asked, called } = begin();
    expect(called('bo')).toBe('Somebody');
    const asking = [names.askForMembers('tea'), names.askForMembers('tea')];
    asked[0]?.answer([person('bo'), person('cy', null)]);
    await Promise.all(asking);
    expect(asked).toHaveLength(1);
    expect(['bo', 'cy', 'dee'].map(called)).toEqual(['bo', 'No name yet', 'Former member']);
    names.learn([person('dee')]);
    expect(called('dee')).toBe('dee');
  });

  it('are asked for again when somebody writes there who is no member, once at a time', async () => {
    const { scripted, names, asked, called } = begin();
    const asking = names.askForMembers('tea');
    asked[0]?.answer([person('bo')]);
    await asking;
    scripted.emit('message', messageOf(1, { ...tea, from: 'bo' }));
    expect(asked).toHaveLength(1);
    for (const seq of [2, 3]) scripted.emit('message', messageOf(seq, { ...tea, from: 'new' }));
    expect(asked).toHaveLength(2);
    asked[1]?.answer([person('bo'), person('new')]);
    await settled();
    expect(called('new')).toBe('new');
  });

  it('are not asked for by what is written in groups that nobody has opened, and again where that failed', async () => {
    const { scripted, names, asked, called } = begin();
    scripted.emit('message', messageOf(1, { ...tea, from: 'bo' }));
    expect(asked).toHaveLength(0);
    const failing = names.askForMembers('tea');
    asked[0]?.fail();
    await failing;
    const asking = names.askForMembers('tea');
    asked[1]?.answer([person('bo')]);
    await asking;
    expect(called('bo')).toBe('bo');
  });
});
