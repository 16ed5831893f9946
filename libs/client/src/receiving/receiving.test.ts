import { randomUUID } from 'node:crypto';
import type { SyncReply } from '@chat-backend/contracts';
import { memoryStorage, openBench, type TestBench, type TestClient } from '../client.fixture';

let bench: TestBench;
let [me, friend]: [string, string] = ['', ''];
beforeEach(async () => {
  bench = await openBench();
  [me, friend] = [randomUUID(), randomUUID()];
  bench.server.store.befriend(me, friend);
});
afterEach(() => bench.stop());

type Options = Parameters<TestBench['client']>[0];
const started = (options: Options = {}): TestClient => bench.client({ session: bench.server.session(me), ...options });
const live = async (options: Options = {}): Promise<TestClient> => {
  const mine = started(options);
  await mine.client.connect();
  return mine;
};
const say = (text: string) => bench.server.say(friend, me, 'friend', text);
const have = (mine: TestClient, count: number): Promise<void> => mine.until(() => mine.events.message.length === count, `${count} messages`);
/** The sync of my one chat that is asked next is answered with this instead. */
const onceForMyChat = (change: (reply: SyncReply) => SyncReply | 'drop'): void => {
  bench.server.faults.sync = (reply) => {
    if (reply.conversations.length === 0) return reply;
    delete bench.server.faults.sync;
    return change(reply);
  };
};
const withPage = (reply: SyncReply, change: Partial<SyncReply['conversations'][number]>): SyncReply =>
  ({ ...reply, conversations: reply.conversations.map((page) => ({ ...page, ...change })) });

describe('messages that are pushed', () => {
  it('are handed out in order, as stored messages of their chat', async () => {
    const mine = await live();
    for (const text of ['a', 'b', 'c']) say(text);
    await have(mine, 3);
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:c']);
    expect(mine.events.message[0]).toMatchObject({ chatId: friend, chatType: 'friend', from: friend, to: me, revision: 0 });
    expect(mine.events.state).toEqual(['connecting', 'syncing', 'live']);
  });

  it('are handed out once when they come twice', async () => {
    const mine = await live();
    bench.server.faults.push = (deliver) => { deliver(); deliver(); };
    for (const text of ['a', 'b']) say(text);
    say('last');
    await have(mine, 3);
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:last']);
    expect(mine.events.fault).toEqual([]);
  });

  it('are held when they come too early, without asking the server', async () => {
    const mine = await live({ timing: { gapMs: 60_000 } });
    const syncs = bench.server.counted.syncs.length;
    const late: (() => void)[] = [];
    bench.server.faults.push = (deliver) => { late.push(deliver); };
    for (const text of ['a', 'b', 'c']) say(text);
    for (const deliver of late.reverse()) deliver();
    await have(mine, 3);
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:c']);
    expect(bench.server.counted.syncs).toHaveLength(syncs);
  });

  it('are fetched when they are lost: a gap is asked for', async () => {
    const mine = await live();
    bench.server.faults.push = () => undefined;
    for (const text of ['a', 'b']) say(text);
    delete bench.server.faults.push;
    say('c');
    await have(mine, 3);
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('are fetched even when the last one is lost: now and then everything is asked for', async () => {
    const mine = await live({ timing: { resyncMs: 40 } });
    bench.server.faults.push = () => undefined;
    say('lost without a trace');
    await have(mine, 1);
    expect(mine.texts(friend)).toEqual(['1:lost without a trace']);
  });

  it('wait while a sync is under way, and follow its page', async () => {
    const mine = await live();
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((isAsked) => {
      bench.server.faults.sync = (reply) => {
        delete bench.server.faults.sync;
        isAsked();
        return new Promise((resolve) => { answer = () => { resolve(reply); }; });
      };
    });
    bench.server.faults.push = () => undefined;
    say('a');
    delete bench.server.faults.push;
    say('b');
    await asked;
    say('c');
    const third = say('d');
    answer();
    await have(mine, 4);
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:c', '4:d']);
    expect(mine.client.cursors()).toContainEqual({ chatId: friend, chatType: 'friend', seq: third.seq, revision: 0 });
  });

  it('overtake a page that has them, too, and come once', async () => {
    const mine = await live();
    const second = randomUUID();
    bench.server.faults.sync = (_reply, request) => {
      delete bench.server.faults.sync;
      say('a');
      bench.server.edit(friend, me, 'friend', 1, 'A');
      bench.server.store.befriend(me, second);
      return bench.server.store.sync(me, request);
    };
    bench.server.drop(me);
    await have(mine, 1);
    say('b');
    await have(mine, 2);
    expect(mine.shown(friend)).toEqual(['1:A', '2:b']);
    expect(mine.texts(friend)).toHaveLength(2);
    expect(mine.events.userEvent.map(({ number }) => number)).toEqual([2]);
    expect(mine.events.fault).toEqual([]);
  });

  it('while it is not known yet where their chat begins, are handed out', async () => {
    say('before');
    bench.server.faults.call = (name) => {
      if (name === 'get-conversations') say('meanwhile');
      return undefined;
    };
    const mine = await live();
    expect(mine.texts(friend)).toEqual(['2:meanwhile']);
  });

  it('that do not exist are a fault, told once, and do not keep the client asking', async () => {
    const mine = await live();
    const { seq: _, ...message } = say('a');
    await have(mine, 1);
    bench.server.emit(me, 'newMessage', { ...message, seq: 900, chatType: 'friend' });
    await mine.until(() => mine.events.fault.length > 0, 'a fault');
    const syncs = bench.server.counted.syncs.length;
    say('b');
    await have(mine, 2);
    expect(mine.events.fault.map(({ code }) => code)).toEqual(['INVALID_PUSH']);
    expect(bench.server.counted.syncs).toHaveLength(syncs);
  });
});

describe('what was missed', () => {
  it('comes after the connection is back, in order, page by page', async () => {
    const mine = await live();
    say('before');
    await have(mine, 1);
    bench.server.store.pageSizes.messages = 3;
    await bench.server.goAway();
    for (let index = 0; index < 10; index += 1) say(`away ${index}`);
    await bench.server.comeBack();
    await have(mine, 11);
    expect(mine.texts(friend)).toEqual(['1:before', ...Array.from({ length: 10 }, (_, index) => `${index + 2}:away ${index}`)]);
    await mine.until(() => mine.client.state() === 'live', 'live again');
    expect(mine.events.fault).toEqual([]);
  });

  it('is asked for in slices that the contract allows', async () => {
    for (let count = 0; count < 250; count += 1) bench.server.store.befriend(me, randomUUID());
    await live();
    expect(bench.server.counted.syncs.map(({ conversations = [] }) => conversations.length)).toEqual([0, 200, 51]);
  });

  it('is what comes after the first start; what was there is history', async () => {
    for (const text of ['a', 'b', 'c']) say(text);
    const mine = await live();
    say('d');
    await have(mine, 1);
    expect(mine.texts(friend)).toEqual(['4:d']);
    expect((await mine.client.history({ chatId: friend, chatType: 'friend' }, { beforeSeq: 4, limit: 2 })).map(({ seq, chatId }) => [seq, chatId])).toEqual([[2, friend], [3, friend]]);
  });

  it('is everything there ever was for whoever begins at the beginning', async () => {
    for (const text of ['a', 'b', 'c']) say(text);
    const mine = await live({ begin: 'beginning' });
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('is waited for through refusals and lost answers', async () => {
    const refusals = [{ success: false as const, code: 'RATE_LIMITED', message: 'slowly', retryAfterMs: 30 }, { success: false as const, code: 'UNAVAILABLE', message: 'away' }, 'lose' as const, 'drop' as const];
    bench.server.faults.sync = (reply) => refusals.shift() ?? reply;
    const mine = await live({ begin: 'beginning', timing: { acknowledgeTimeoutMs: 100 } });
    say('a');
    await have(mine, 1);
    expect(refusals).toEqual([]);
    expect(mine.events.fault).toEqual([]);
  });
});

describe('a page that does not fit', () => {
  it.each<[string, (reply: SyncReply) => SyncReply]>([
    ['of another chat', (reply) => withPage(reply, { chatId: randomUUID() })],
    ['that is missing', (reply) => ({ ...reply, conversations: [] })],
    ['that begins elsewhere', (reply) => withPage(reply, { fromSeq: 1, messages: reply.conversations[0]?.messages.slice(1) ?? [] })],
    ['that leaves a message out', (reply) => withPage(reply, { messages: reply.conversations[0]?.messages.slice(1) ?? [] })],
    ['that leaves the last message out', (reply) => withPage(reply, { messages: reply.conversations[0]?.messages.slice(0, -1) ?? [] })],
    ['that goes beyond the end', (reply) => withPage(reply, { lastSeq: 2 })],
    ['with a change that is beyond its range', (reply) => withPage(reply, { changed: reply.conversations[0]?.messages.map((message) => ({ ...message, revision: 9 })).slice(0, 1) ?? [] })],
    ['with a change that was there before', (reply) => withPage(reply, { changed: reply.conversations[0]?.messages.slice(0, 1) ?? [] })],
    ['with a message twice', (reply) => withPage(reply, { messages: reply.conversations[0]?.messages.map((message, _, [first]) => first ?? message) ?? [] })],
    ['that claims more than there is', (reply) => withPage(reply, { toSeq: 9 })],
    ['that is no page', (reply) => ({ ...reply, conversations: [{}] as SyncReply['conversations'] })],
    ['whose changes begin elsewhere', (reply) => withPage(reply, { fromRevision: 7, toRevision: 7, lastRevision: 7 })],
    ['whose log begins elsewhere', (reply) => ({ ...reply, log: { ...reply.log, fromNumber: 77, toNumber: 78, lastNumber: 78 } })],
  ])('%s is refused loudly and asked for again', async (_name, change) => {
    for (const text of ['a', 'b', 'c']) say(text);
    onceForMyChat(change);
    const mine = await live({ begin: 'beginning' });
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:c']);
    expect(mine.events.fault.map(({ code }) => code)).toEqual(['INVALID_PAGE']);
  });

  it('that never ends is not asked for without a pause', async () => {
    say('a');
    const before = bench.server.counted.syncs.length;
    let stuck = 5;
    bench.server.faults.sync = (reply) => (reply.conversations.length > 0 && stuck-- > 0 ? { ...withPage(reply, { toSeq: 0, messages: [] }), isComplete: false } : reply);
    const mine = await live({ begin: 'beginning' });
    expect(mine.texts(friend)).toEqual(['1:a']);
    expect(mine.events.fault).toHaveLength(5);
    expect(bench.server.counted.syncs.length - before).toBe(7);
  });
});

describe('changes', () => {
  it('are handed out once, as the message is now', async () => {
    const mine = await live();
    for (const text of ['a', 'b']) say(text);
    bench.server.faults.push = (deliver) => { deliver(); deliver(); };
    bench.server.edit(friend, me, 'friend', 1, 'A');
    bench.server.edit(friend, me, 'friend', 2, 'B');
    await mine.until(() => mine.shown(friend).join() === '1:A,2:B', 'both changes');
    say('last');
    await have(mine, 3);
    expect(mine.events.messageChanged.map(({ seq, revision, message, chatId }) => [seq, revision, message, chatId])).toEqual([[1, 1, 'A', friend], [2, 2, 'B', friend]]);
  });

  it('that are lost are fetched; of several of one message the last', async () => {
    const mine = await live();
    for (const text of ['a', 'b']) say(text);
    await have(mine, 2);
    bench.server.faults.push = () => undefined;
    bench.server.edit(friend, me, 'friend', 1, 'A');
    bench.server.edit(friend, me, 'friend', 1, 'AA');
    delete bench.server.faults.push;
    bench.server.edit(friend, me, 'friend', 2, 'B');
    await mine.until(() => mine.events.messageChanged.length === 2, 'two changes');
    expect(mine.events.messageChanged.map(({ message }) => message)).toEqual(['AA', 'B']);
  });

  it('that overtake their message wait for it', async () => {
    const mine = await live({ timing: { gapMs: 60_000 } });
    let late: () => void = () => undefined;
    bench.server.faults.push = (deliver) => { late = deliver; };
    say('a');
    delete bench.server.faults.push;
    bench.server.edit(friend, me, 'friend', 1, 'A');
    bench.server.store.befriend(me, randomUUID());
    await mine.until(() => mine.events.userEvent.length === 1, 'what was pushed after it');
    expect(mine.events.messageChanged).toEqual([]);
    // A storage would not have it: so it counts as not seen.
    expect(mine.client.cursors()).toContainEqual({ chatId: friend, chatType: 'friend', seq: 0, revision: 0 });
    late();
    await mine.until(() => mine.events.messageChanged.length === 1, 'the change');
    expect([mine.texts(friend), mine.shown(friend)]).toEqual([['1:a'], ['1:A']]);
  });

  it('that a message was handed out with do not come again, and older ones never', async () => {
    const mine = await live();
    const held: (() => void)[] = [];
    bench.server.faults.push = (deliver) => { held.push(deliver); };
    say('a');
    bench.server.edit(friend, me, 'friend', 1, 'A');
    bench.server.edit(friend, me, 'friend', 1, 'AA');
    delete bench.server.faults.push;
    say('b');
    await have(mine, 2);
    for (const deliver of held) deliver();
    bench.server.edit(friend, me, 'friend', 2, 'B');
    await mine.until(() => mine.events.messageChanged.some(({ seq }) => seq === 2), 'the last change');
    expect(mine.texts(friend)).toEqual(['1:AA', '2:b']);
    expect(mine.events.messageChanged.map(({ message }) => message)).toEqual(['B']);
  });
});

describe('the log', () => {
  it('comes in order and once, live and after an absence', async () => {
    const mine = await live();
    const [second, third] = [randomUUID(), randomUUID()];
    bench.server.store.befriend(me, second);
    await mine.until(() => mine.events.userEvent.length === 1, 'the live event');
    await bench.server.goAway();
    bench.server.store.pageSizes.entries = 1;
    const groupId = bench.server.store.newGroup([me]);
    bench.server.store.befriend(me, third);
    await bench.server.comeBack();
    await mine.until(() => mine.events.userEvent.length === 3, 'what was missed');
    expect(mine.events.userEvent.map(({ number }) => number)).toEqual([2, 3, 4]);
    bench.server.say(third, me, 'friend', 'hello');
    bench.server.say(friend, groupId, 'group', 'welcome');
    await have(mine, 2);
  });

  it('is fetched where an event was lost', async () => {
    const mine = await live();
    bench.server.faults.push = () => undefined;
    bench.server.store.befriend(me, randomUUID());
    delete bench.server.faults.push;
    bench.server.store.befriend(me, randomUUID());
    await mine.until(() => mine.events.userEvent.length === 2, 'both');
    expect(mine.events.userEvent.map(({ number }) => number)).toEqual([2, 3]);
  });

  it('that goes back is told, and begins anew', async () => {
    const mine = await live();
    bench.server.store.logGoesBack(me);
    bench.server.drop(me);
    await mine.until(() => mine.events.fault.length > 0, 'the fault');
    await mine.until(() => mine.client.state() === 'live', 'live again');
    expect(mine.events.fault.map(({ code }) => code)).toEqual(['LOG_RESET']);
    bench.server.store.befriend(me, randomUUID());
    await mine.until(() => mine.events.userEvent.length === 1, 'its first event');
  });
});

describe('groups', () => {
  it('that I join begin where I joined', async () => {
    const mine = await live();
    const groupId = bench.server.store.newGroup([friend]);
    for (const text of ['a', 'b']) bench.server.say(friend, groupId, 'group', text);
    bench.server.faults.push = () => undefined;
    bench.server.store.join(me, groupId);
    bench.server.say(friend, groupId, 'group', 'lost');
    delete bench.server.faults.push;
    bench.server.say(friend, groupId, 'group', 'd');
    await have(mine, 2);
    expect(mine.texts(groupId)).toEqual(['3:lost', '4:d']);
  });

  it('that I leave are gone, and begin anew when I come back', async () => {
    const groupId = bench.server.store.newGroup([me, friend]);
    const mine = await live();
    bench.server.say(friend, groupId, 'group', 'a');
    await have(mine, 1);
    bench.server.store.leave(me, groupId);
    await mine.until(() => mine.events.conversationGone.length === 1, 'gone');
    expect(mine.events.conversationGone).toEqual([{ chatId: groupId, chatType: 'group' }]);
    bench.server.say(friend, groupId, 'group', 'not for me');
    bench.server.store.join(me, groupId);
    bench.server.say(friend, groupId, 'group', 'c');
    await have(mine, 2);
    expect(mine.texts(groupId)).toEqual(['1:a', '3:c']);
    expect(mine.events.conversationGone).toHaveLength(1);
  });

  it('that are gone hand nothing out any more', async () => {
    const groupId = bench.server.store.newGroup([me, friend]);
    const mine = await live();
    bench.server.faults.sync = (_reply, request) => {
      delete bench.server.faults.sync;
      bench.server.say(friend, groupId, 'group', 'just before I was put out');
      bench.server.store.leave(me, groupId);
      return bench.server.store.sync(me, request);
    };
    bench.server.drop(me);
    await mine.until(() => mine.events.conversationGone.length === 1, 'gone');
    await mine.until(() => mine.client.state() === 'live', 'live again');
    expect(mine.texts(groupId)).toEqual([]);
  });

  it('that I was put out of while away are gone once', async () => {
    const groupId = bench.server.store.newGroup([me, friend]);
    const mine = await live();
    await bench.server.goAway();
    bench.server.store.leave(me, groupId);
    await bench.server.comeBack();
    await mine.until(() => mine.events.userEvent.length === 1, 'the log');
    expect(mine.events.conversationGone).toEqual([{ chatId: groupId, chatType: 'group' }]);
    expect(mine.client.cursors().map(({ chatId }) => chatId)).toEqual([friend]);
  });
});

describe('a server that was restored from a backup', () => {
  it.each([['now', ['4:D'], 3], ['beginning', ['1:a', '2:b', '3:c', '4:D'], 0]] as const)('resets the chat; begin: %s', async (begin, after, from) => {
    const mine = await live({ begin });
    for (const text of ['a', 'b', 'c', 'd', 'e']) say(text);
    await have(mine, 5);
    bench.server.store.goBackTo(me, friend, 'friend', 3);
    bench.server.drop(me);
    await mine.until(() => mine.events.conversationReset.length > 0, 'the reset');
    say('D');
    await have(mine, 5 + after.length);
    expect(mine.events.conversationReset).toEqual([{ chatId: friend, chatType: 'friend', seq: from }]);
    expect(mine.texts(friend).slice(5)).toEqual(after);
    expect(mine.events.fault).toEqual([]);
  });
});

describe('with a storage', () => {
  it('goes on where the handlers were, and asks for no list', async () => {
    const storage = memoryStorage();
    const before = await live({ storage });
    for (const text of ['a', 'b']) say(text);
    await have(before, 2);
    await before.client.close();
    say('c');
    bench.server.counted.calls.splice(0);
    const after = bench.client({ storage });
    await after.client.connect();
    expect(after.texts(friend)).toEqual(['3:c']);
    expect(bench.server.counted.calls).toEqual([]);
  });

  it('hands a message out again rather than not at all: the cursor is stored after its handlers', async () => {
    const storage = memoryStorage();
    const mine = await live({ storage });
    const stored: (string | undefined)[] = [];
    mine.client.on('message', () => { stored.push(storage.items.get(`chat:${me}:cursors`)); });
    say('a');
    await have(mine, 1);
    await mine.client.close();
    expect(stored.join()).not.toContain('"seq":1');
    expect(storage.items.get(`chat:${me}:cursors`)).toContain('"seq":1');
  });

  it('that fails is a fault, and nothing else', async () => {
    const mine = await live({ storage: { ...memoryStorage(), setItem() { throw new Error('full'); } } });
    say('a');
    await have(mine, 1);
    await mine.until(() => mine.events.fault.length > 1, 'the faults');
    expect(new Set(mine.events.fault.map(({ code }) => code))).toEqual(new Set(['STORAGE']));
  });
});

describe('handlers', () => {
  it('that throw, or whose promises fail, stop nobody and are told', async () => {
    const mine = started();
    const heard: number[] = [];
    mine.client.on('message', () => { throw new Error('mine'); });
    mine.client.on('message', () => Promise.reject(new Error('later')));
    const stop = mine.client.on('message', ({ seq }) => { heard.push(seq); });
    await mine.client.connect();
    for (const text of ['a', 'b']) say(text);
    await mine.until(() => mine.events.fault.length === 4, 'the faults');
    expect(mine.events.fault.map(({ code, message }) => `${code} ${message}`)).toEqual(Array(4).fill('HANDLER A handler of message failed'));
    stop();
    say('c');
    await have(mine, 3);
    expect(heard).toEqual([1, 2]);
  });
});
