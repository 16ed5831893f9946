import { randomUUID } from 'node:crypto';
import { memoryStorage, openBench, type TestBench, type TestClient } from '../client.fixture';
import { openChat, type ChatView } from './open-chat';

const [me, friend] = [randomUUID(), randomUUID()];
const chat = { chatId: friend, chatType: 'friend' as const };
let bench: TestBench;
beforeEach(async () => {
  bench = await openBench();
  bench.server.store.befriend(me, friend);
});
afterEach(() => bench.stop());

const say = (...texts: string[]) => { for (const text of texts) bench.server.say(friend, me, 'friend', text); };
const live = async (): Promise<TestClient> => {
  const mine = bench.client({ session: bench.server.session(me) });
  await mine.client.connect();
  return mine;
};
const shown = (view: ChatView): string[] => view.messages().map(({ seq, message }) => `${seq}:${message}`);
const until = (view: ChatView, condition: () => boolean): Promise<void> => new Promise((resolve, reject) => {
  const late = setTimeout(() => { reject(new Error(`never happened; shown: ${shown(view).join()}`)); }, 8_000);
  const look = (): void => {
    if (!condition()) return;
    clearTimeout(late);
    stop();
    resolve();
  };
  const stop = view.onChange(look);
  look();
});

describe('an open chat', () => {
  it('shows the newest messages, older ones when they are asked for, and what comes', async () => {
    say('a', 'b', 'c', 'd', 'e');
    const view = await openChat((await live()).client, chat, { pageSize: 2 });
    expect([shown(view), view.hasOlder()]).toEqual([['4:d', '5:e'], true]);
    say('f');
    await until(view, () => view.messages().length === 3);
    await view.loadOlder();
    await view.loadOlder();
    expect([shown(view), view.hasOlder()]).toEqual([['1:a', '2:b', '3:c', '4:d', '5:e', '6:f'], false]);
  });

  it('has no hole, however much was missed before it was connected', async () => {
    say('a', 'b');
    const { client } = bench.client({ session: bench.server.session(me) });
    const view = await openChat(client, chat, { pageSize: 2 });
    expect(shown(view)).toEqual(['1:a', '2:b']);
    say('c', 'd', 'e', 'f', 'g');
    await client.connect();
    say('h');
    await until(view, () => view.messages().length === 8);
    expect(shown(view)).toEqual(['1:a', '2:b', '3:c', '4:d', '5:e', '6:f', '7:g', '8:h']);
  });

  it('shows no hole where an old message is handed out after the newest were read', async () => {
    const storage = memoryStorage();
    const before = bench.client({ session: bench.server.session(me), storage });
    await before.client.connect();
    await before.client.close();
    say('a', 'b', 'c', 'd');
    const { client, events, until: happens } = bench.client({ session: bench.server.session(me), storage });
    const view = await openChat(client, chat, { pageSize: 2 });
    await client.connect();
    await happens(() => events.message.length === 4, 'all are handed out');
    expect(shown(view)).toEqual(['3:c', '4:d']);
  });

  it('shows what became of a message, also where a page that was on its way says what it was', async () => {
    say('a', 'b', 'c');
    const view = await openChat((await live()).client, chat, { pageSize: 2 });
    bench.server.edit(friend, me, 'friend', 1, 'A');
    bench.server.edit(friend, me, 'friend', 3, 'C');
    await until(view, () => shown(view).includes('3:C'));
    Object.assign(bench.server.store.messages(me, friend, 'friend')[0] ?? {}, { message: 'a', revision: 0 });
    await view.loadOlder();
    expect(shown(view)).toEqual(['1:A', '2:b', '3:C']);
  });

  it('shows mine at once, and once when it is stored', async () => {
    const { client } = await live();
    const view = await openChat(client, chat);
    const seen: string[] = [];
    view.onChange(() => { seen.push(`${view.sending().length} sending, ${view.messages().length} stored`); });
    await view.send('a').stored;
    await until(view, () => view.messages().length === 1);
    expect(seen).toEqual(['1 sending, 0 stored', '0 sending, 1 stored']);
  });

  it('shows as on its way what is unsent from before, and forgets it when it is stored', async () => {
    const storage = memoryStorage();
    const before = bench.client({ session: bench.server.session(me), storage });
    await before.client.signedInAs();
    await before.client.send({ to: friend, chatType: 'friend', message: 'a' }).queued;
    await before.client.close();
    const { client } = bench.client({ session: bench.server.session(me), storage });
    const view = await openChat(client, chat);
    expect(view.sending().map(({ message }) => message)).toEqual(['a']);
    await client.connect();
    await until(view, () => view.messages().length === 1);
    expect(view.sending()).toEqual([]);
  });

  /** Mine has been stored without my hearing of it, and more has been written below it than is read at once. */
  const storeUnheard = async (storage: ReturnType<typeof memoryStorage>): Promise<void> => {
    const before = bench.client({ session: bench.server.session(me), storage });
    await before.client.connect();
    bench.server.faults.send = () => 'loseAcknowledgement';
    await before.client.send({ to: friend, chatType: 'friend', message: 'a' }).queued;
    while (bench.server.store.messages(me, friend, 'friend').length === 0) await new Promise((resolve) => { setImmediate(resolve); });
    await before.client.close();
    delete bench.server.faults.send;
    say('b', 'c', 'd');
  };

  it('forgets as on its way what is stored, also where that is above what is shown', async () => {
    const storage = memoryStorage();
    await storeUnheard(storage);
    const { client } = bench.client({ session: bench.server.session(me), storage });
    const view = await openChat(client, chat, { pageSize: 2 });
    expect([shown(view), view.sending().length]).toEqual([['3:c', '4:d'], 1]);
    await client.connect();
    expect(view.sending()).toEqual([]);
  });

  it('forgets as on its way what the queue has not any more, also where it is handed out no more', async () => {
    const storage = memoryStorage();
    await storeUnheard(storage);
    for (const key of storage.items.keys()) if (key.endsWith(':cursors')) storage.items.delete(key);
    const { client } = bench.client({ session: bench.server.session(me), storage });
    const view = await openChat(client, chat, { pageSize: 2 });
    await client.connect();
    await until(view, () => view.sending().length === 0);
  });

  it('shows mine once where it is found among older ones', async () => {
    const storage = memoryStorage();
    await storeUnheard(storage);
    const { client } = bench.client({ session: bench.server.session(me), storage });
    const view = await openChat(client, chat, { pageSize: 2 });
    await view.loadOlder();
    expect([shown(view), view.sending()]).toEqual([['1:a', '2:b', '3:c', '4:d'], []]);
  });

  it('keeps what was refused, until it is sent again or discarded', async () => {
    const view = await openChat((await live()).client, chat);
    bench.server.faults.send = () => ({ success: false, code: 'NOT_FRIENDS', message: 'no' });
    const [first, second] = [view.send('a'), view.send('b')];
    await until(view, () => view.refused().length === 2);
    expect([view.refused().map(({ message, error }) => [message.message, error.code]), view.sending()]).toEqual([[['a', 'NOT_FRIENDS'], ['b', 'NOT_FRIENDS']], []]);
    delete bench.server.faults.send;
    view.discard(second.clientMessageId);
    view.retry(first.clientMessageId);
    await until(view, () => view.messages().length === 1);
    expect(view.messages()[0]).toMatchObject({ message: 'a', clientMessageId: first.clientMessageId });
    expect(view.refused()).toEqual([]);
  });

  it('marks as read once what was seen', async () => {
    say('a', 'b');
    const view = await openChat((await live()).client, chat);
    await view.markRead();
    await view.markRead();
    expect(bench.server.counted.calls.filter(({ name }) => name === 'mark-read').map(({ body }) => body)).toEqual([{ ...chat, seq: 2 }]);
  });

  it('begins anew where the server knows less than it did', async () => {
    say('a', 'b', 'c');
    const { client, events, until: happens } = await live();
    const view = await openChat(client, chat);
    bench.server.store.goBackTo(me, friend, 'friend', 1);
    bench.server.drop();
    await happens(() => events.conversationReset.length === 1, 'the reset');
    await until(view, () => shown(view).join() === '1:a');
  });

  it('of a group says when I am not in it any more', async () => {
    const groupId = bench.server.store.newGroup([me, friend]);
    const view = await openChat((await live()).client, { chatId: groupId, chatType: 'group' });
    bench.server.store.leave(me, groupId);
    await until(view, view.isGone);
  });

  it('of a group goes on when I am in it again, as everything is by then', async () => {
    const groupId = bench.server.store.newGroup([me, friend]);
    bench.server.say(friend, groupId, 'group', 'a');
    const view = await openChat((await live()).client, { chatId: groupId, chatType: 'group' });
    bench.server.store.leave(me, groupId);
    await until(view, view.isGone);
    bench.server.edit(friend, groupId, 'group', 1, 'A');
    bench.server.say(friend, groupId, 'group', 'b');
    bench.server.store.join(me, groupId);
    await until(view, () => !view.isGone() && shown(view).join() === '1:A,2:b');
    bench.server.say(friend, groupId, 'group', 'c');
    await until(view, () => shown(view).join() === '1:A,2:b,3:c');
  });

  it('that was closed hears nothing more', async () => {
    const { client, events, until: happens } = await live();
    const view = await openChat(client, chat);
    view.close();
    say('a');
    await happens(() => events.message.length === 1, 'the message');
    expect(view.messages()).toEqual([]);
  });

  it('that cannot be read says so', async () => {
    const { client } = await live();
    bench.server.faults.call = () => ({ status: 403, body: { code: 'NOT_A_MEMBER', message: 'no' } });
    await expect(openChat(client, chat)).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
  });
});
