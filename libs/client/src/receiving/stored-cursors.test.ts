import { randomUUID } from 'node:crypto';
import { memoryStorage } from '../client.fixture';
import { eachWithFriend, have } from './receiving.fixture';

const its = eachWithFriend();

describe('with a storage', () => {
  it('goes on where the handlers were, and asks for no list', async () => {
    const storage = memoryStorage();
    const before = await its().live({ storage });
    for (const text of ['a', 'b']) its().say(text);
    await have(before, 2);
    await before.client.close();
    its().say('c');
    its().bench.server.counted.calls.splice(0);
    const after = its().bench.client({ storage });
    await after.client.connect();
    expect(after.texts(its().friend)).toEqual(['3:c']);
    expect(its().bench.server.counted.calls).toEqual([]);
  });

  it('hands a message out again rather than not at all: the cursor is stored after its handlers', async () => {
    const storage = memoryStorage();
    const mine = await its().live({ storage });
    const stored: (string | undefined)[] = [];
    mine.client.on('message', () => { stored.push(storage.items.get(`chat:${its().me}:cursors`)); });
    its().say('a');
    await have(mine, 1);
    await mine.client.close();
    expect(stored.join()).not.toContain('"seq":1');
    expect(storage.items.get(`chat:${its().me}:cursors`)).toContain('"seq":1');
  });

  it('counts nothing as seen that a closed client was not told', async () => {
    const storage = memoryStorage();
    const before = await its().live({ storage });
    before.client.disconnect();
    for (const text of ['a', 'b', 'c', 'd']) its().say(text);
    // In the middle of a page, by its own handler.
    const closed = new Promise<void>((resolve) => { before.client.on('message', ({ seq }) => { if (seq === 2) resolve(before.client.close()); }); });
    void before.client.connect();
    await closed;
    const after = its().bench.client({ storage });
    await after.client.connect();
    expect([before.texts(its().friend), after.texts(its().friend)]).toEqual([['1:a', '2:b'], ['3:c', '4:d']]);
  });

  it('loses nothing that was held for a page when the client is closed', async () => {
    const [storage, other] = [memoryStorage(), randomUUID()];
    its().bench.server.store.befriend(its().me, other);
    const before = await its().live({ storage });
    its().bench.server.faults.sync = () => {
      its().say('held');
      its().bench.server.store.befriend(its().me, randomUUID());
      return 'lose';
    };
    its().bench.server.drop(its().me);
    // The acknowledgement comes after what was pushed.
    await before.client.send({ to: other, chatType: 'friend', message: 'mine' }).stored;
    expect(before.events.message).toEqual([]);
    await before.client.close();
    delete its().bench.server.faults.sync;
    const after = its().bench.client({ storage });
    await after.client.connect();
    const both = (chatId: string): string[] => [...before.texts(chatId), ...after.texts(chatId)];
    expect([both(its().friend), both(other)]).toEqual([['1:held'], ['1:mine']]);
    expect([...before.events.userEvent, ...after.events.userEvent].map(({ number }) => number)).toEqual([3]);
  });

  it('misses nothing of a group whose joining was stored before it was known where the group begins', async () => {
    const { bench, me, friend, live } = its();
    const storage = memoryStorage();
    const hasJoined = new Promise<void>((resolve) => {
      const { setItem } = storage;
      storage.setItem = (key, value) => {
        setItem(key, value);
        if (key === `chat:${me}:cursors` && value.includes('"number":2')) resolve();
      };
    });
    await live({ storage });
    const groupId = bench.server.store.newGroup([friend]);
    bench.server.say(friend, groupId, 'group', 'before I joined');
    bench.server.faults.call = (name) => (name === 'get-conversations' ? 'hang' : undefined);
    bench.server.store.join(me, groupId);
    await hasJoined;
    // As a crash leaves it.
    const left = memoryStorage();
    for (const [key, value] of storage.items) left.items.set(key, value);
    bench.server.say(friend, groupId, 'group', 'while I was away');
    delete bench.server.faults.call;
    const after = bench.client({ storage: left });
    await after.client.connect();
    expect(after.texts(groupId)).toEqual(['2:while I was away']);
  });

  it('that fails is a fault, and nothing else', async () => {
    const mine = await its().live({ storage: { ...memoryStorage(), setItem() { throw new Error('full'); } } });
    its().say('a');
    await have(mine, 1);
    await mine.until(() => mine.events.fault.length > 1, 'the faults');
    expect(new Set(mine.events.fault.map(({ code }) => code))).toEqual(new Set(['STORAGE']));
  });
});
