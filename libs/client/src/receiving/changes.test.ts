import { randomUUID } from 'node:crypto';
import { eachWithFriend, have } from './receiving.fixture';

const its = eachWithFriend();

describe('changes', () => {
  it('are handed out once, as the message is now', async () => {
    const mine = await its().live();
    for (const text of ['a', 'b']) its().say(text);
    its().bench.server.faults.push = (deliver) => { deliver(); deliver(); };
    its().bench.server.edit(its().friend, its().me, 'friend', 1, 'A');
    its().bench.server.edit(its().friend, its().me, 'friend', 2, 'B');
    await mine.until(() => mine.shown(its().friend).join() === '1:A,2:B', 'both changes');
    its().say('last');
    await have(mine, 3);
    expect(mine.events.messageChanged.map(({ seq, revision, message, chatId }) => [seq, revision, message, chatId])).toEqual([[1, 1, 'A', its().friend], [2, 2, 'B', its().friend]]);
  });

  it('that are lost are fetched; of several of one message the last', async () => {
    const mine = await its().live();
    for (const text of ['a', 'b']) its().say(text);
    await have(mine, 2);
    its().bench.server.faults.push = () => undefined;
    its().bench.server.edit(its().friend, its().me, 'friend', 1, 'A');
    its().bench.server.edit(its().friend, its().me, 'friend', 1, 'AA');
    delete its().bench.server.faults.push;
    its().bench.server.edit(its().friend, its().me, 'friend', 2, 'B');
    await mine.until(() => mine.events.messageChanged.length === 2, 'two changes');
    expect(mine.events.messageChanged.map(({ message }) => message)).toEqual(['AA', 'B']);
  });

  it('that overtake their message wait for it', async () => {
    const mine = await its().live({ timing: { gapMs: 60_000 } });
    let late: () => void = () => undefined;
    its().bench.server.faults.push = (deliver) => { late = deliver; };
    its().say('a');
    delete its().bench.server.faults.push;
    its().bench.server.edit(its().friend, its().me, 'friend', 1, 'A');
    its().bench.server.store.befriend(its().me, randomUUID());
    await mine.until(() => mine.events.userEvent.length === 1, 'what was pushed after it');
    expect(mine.events.messageChanged).toEqual([]);
    // A storage would not have it: so it counts as not seen.
    expect(mine.client.cursors()).toContainEqual({ chatId: its().friend, chatType: 'friend', seq: 0, revision: 0 });
    late();
    await mine.until(() => mine.events.messageChanged.length === 1, 'the change');
    expect([mine.texts(its().friend), mine.shown(its().friend)]).toEqual([['1:a'], ['1:A']]);
  });

  it('that a message was handed out with do not come again, and older ones never', async () => {
    const mine = await its().live();
    const held: (() => void)[] = [];
    its().bench.server.faults.push = (deliver) => { held.push(deliver); };
    its().say('a');
    its().bench.server.edit(its().friend, its().me, 'friend', 1, 'A');
    its().bench.server.edit(its().friend, its().me, 'friend', 1, 'AA');
    delete its().bench.server.faults.push;
    its().say('b');
    await have(mine, 2);
    for (const deliver of held) deliver();
    its().bench.server.edit(its().friend, its().me, 'friend', 2, 'B');
    await mine.until(() => mine.events.messageChanged.some(({ seq }) => seq === 2), 'the last change');
    expect(mine.texts(its().friend)).toEqual(['1:AA', '2:b']);
    expect(mine.events.messageChanged.map(({ message }) => message)).toEqual(['B']);
  });
});

describe('the log', () => {
  it('comes in order and once, live and after an absence', async () => {
    const mine = await its().live();
    const [second, third] = [randomUUID(), randomUUID()];
    its().bench.server.store.befriend(its().me, second);
    await mine.until(() => mine.events.userEvent.length === 1, 'the live event');
    await its().bench.server.goAway();
    its().bench.server.store.pageSizes.entries = 1;
    const groupId = its().bench.server.store.newGroup([its().me]);
    its().bench.server.store.befriend(its().me, third);
    await its().bench.server.comeBack();
    await mine.until(() => mine.events.userEvent.length === 3, 'what was missed');
    expect(mine.events.userEvent.map(({ number }) => number)).toEqual([2, 3, 4]);
    its().bench.server.say(third, its().me, 'friend', 'hello');
    its().bench.server.say(its().friend, groupId, 'group', 'welcome');
    await have(mine, 2);
  });

  it('is fetched where an event was lost', async () => {
    const mine = await its().live();
    its().bench.server.faults.push = () => undefined;
    its().bench.server.store.befriend(its().me, randomUUID());
    delete its().bench.server.faults.push;
    its().bench.server.store.befriend(its().me, randomUUID());
    await mine.until(() => mine.events.userEvent.length === 2, 'both');
    expect(mine.events.userEvent.map(({ number }) => number)).toEqual([2, 3]);
  });

  it('that goes back is told, and begins anew', async () => {
    const mine = await its().live();
    its().bench.server.store.logGoesBack(its().me);
    its().bench.server.drop(its().me);
    await mine.until(() => mine.events.fault.length > 0, 'the fault');
    await mine.until(() => mine.client.state() === 'live', 'live again');
    expect(mine.events.fault.map(({ code }) => code)).toEqual(['LOG_RESET']);
    its().bench.server.store.befriend(its().me, randomUUID());
    await mine.until(() => mine.events.userEvent.length === 1, 'its first event');
  });
});

describe('groups', () => {
  it('that I join begin where I joined', async () => {
    const mine = await its().live();
    const groupId = its().bench.server.store.newGroup([its().friend]);
    for (const text of ['a', 'b']) its().bench.server.say(its().friend, groupId, 'group', text);
    its().bench.server.faults.push = () => undefined;
    its().bench.server.store.join(its().me, groupId);
    its().bench.server.say(its().friend, groupId, 'group', 'lost');
    delete its().bench.server.faults.push;
    its().bench.server.say(its().friend, groupId, 'group', 'd');
    await have(mine, 2);
    expect(mine.texts(groupId)).toEqual(['3:lost', '4:d']);
  });

  it('that I leave are gone, and begin anew when I come back', async () => {
    const groupId = its().bench.server.store.newGroup([its().me, its().friend]);
    const mine = await its().live();
    its().bench.server.say(its().friend, groupId, 'group', 'a');
    await have(mine, 1);
    its().bench.server.store.leave(its().me, groupId);
    await mine.until(() => mine.events.conversationGone.length === 1, 'gone');
    expect(mine.events.conversationGone).toEqual([{ chatId: groupId, chatType: 'group' }]);
    its().bench.server.say(its().friend, groupId, 'group', 'not for me');
    its().bench.server.store.join(its().me, groupId);
    its().bench.server.say(its().friend, groupId, 'group', 'c');
    await have(mine, 2);
    expect(mine.texts(groupId)).toEqual(['1:a', '3:c']);
    expect(mine.events.conversationGone).toHaveLength(1);
  });

  it('that are gone hand nothing out any more', async () => {
    const groupId = its().bench.server.store.newGroup([its().me, its().friend]);
    const mine = await its().live();
    its().bench.server.faults.sync = (_reply, request) => {
      delete its().bench.server.faults.sync;
      its().bench.server.say(its().friend, groupId, 'group', 'just before I was put out');
      its().bench.server.store.leave(its().me, groupId);
      return its().bench.server.store.sync(its().me, request);
    };
    its().bench.server.drop(its().me);
    await mine.until(() => mine.events.conversationGone.length === 1, 'gone');
    await mine.until(() => mine.client.state() === 'live', 'live again');
    expect(mine.texts(groupId)).toEqual([]);
  });

  it('that I was put out of while away are gone once', async () => {
    const groupId = its().bench.server.store.newGroup([its().me, its().friend]);
    const mine = await its().live();
    await its().bench.server.goAway();
    its().bench.server.store.leave(its().me, groupId);
    await its().bench.server.comeBack();
    await mine.until(() => mine.events.userEvent.length === 1, 'the log');
    expect(mine.events.conversationGone).toEqual([{ chatId: groupId, chatType: 'group' }]);
    expect(mine.client.cursors().map(({ chatId }) => chatId)).toEqual([its().friend]);
  });
});
