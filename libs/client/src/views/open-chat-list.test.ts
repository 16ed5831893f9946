import { randomUUID } from 'node:crypto';
import { openBench, type TestBench, type TestClient } from '../client.fixture';
import { openChatList, type ChatList } from './open-chat-list';

const [me, anna, ben] = [randomUUID(), randomUUID(), randomUUID()];
let bench: TestBench;
beforeEach(async () => {
  bench = await openBench();
  for (const friend of [anna, ben]) bench.server.store.befriend(me, friend);
});
afterEach(() => bench.stop());

const live = async (): Promise<TestClient> => {
  const mine = bench.client({ session: bench.server.session(me) });
  await mine.client.connect();
  return mine;
};
const say = (from: string, text: string) => bench.server.say(from, me, 'friend', text);
/** So that no two are of the same millisecond. */
const saidAgo = (from: string, text: string, ms: number): void => { say(from, text).createdAt = new Date(Date.now() - ms).toISOString(); };
const shown = (list: ChatList): string[] => list.chats().map(({ chatId, lastMessage, unread }) => `${chatId === anna ? 'anna' : chatId === ben ? 'ben' : 'group'}: ${lastMessage?.message ?? ''} (${unread})`);
const until = (list: ChatList, expected: string[]): Promise<void> => new Promise((resolve, reject) => {
  const late = setTimeout(() => { reject(new Error(`never happened: ${expected.join()}; shown: ${shown(list).join()}`)); }, 8_000);
  const look = (): void => {
    if (shown(list).join() !== expected.join()) return;
    clearTimeout(late);
    stop();
    resolve();
  };
  const stop = list.onChange(look);
  look();
});

describe('the list of chats', () => {
  it('shows the newest first, with what is unread, and follows what comes', async () => {
    saidAgo(anna, 'one', 2_000);
    saidAgo(ben, 'uno', 1_000);
    const { client } = await live();
    const list = await openChatList(client);
    await until(list, ['ben: uno (1)', 'anna: one (1)']);
    say(anna, 'two');
    await until(list, ['anna: two (2)', 'ben: uno (1)']);
    expect(list.unread()).toBe(3);
  });

  it('counts down when a device of mine marks as read, and to nothing when I write', async () => {
    say(anna, 'one');
    const { client } = await live();
    const list = await openChatList(client);
    bench.server.store.markRead(me, { chatId: anna, chatType: 'friend', seq: 1 });
    await until(list, ['anna: one (0)']);
    say(anna, 'two');
    await until(list, ['anna: two (1)']);
    await client.send({ to: anna, chatType: 'friend', message: 'three' }).stored;
    await until(list, ['anna: three (0)']);
  });

  it('has never less than nothing unread: what another device has read may be heard of before it comes', async () => {
    say(anna, 'one');
    const { client } = await live();
    const list = await openChatList(client);
    bench.server.faults.push = () => undefined;
    say(anna, 'two');
    delete bench.server.faults.push;
    bench.server.store.markRead(me, { chatId: anna, chatType: 'friend', seq: 2 });
    await until(list, ['anna: one (0)']);
  });

  it('has a chat that begins, a group that is new, and none that is gone', async () => {
    const { client } = await live();
    const list = await openChatList(client);
    say(ben, 'hello');
    await until(list, ['ben: hello (1)']);
    const groupId = bench.server.store.newGroup([me]);
    await until(list, ['ben: hello (1)', 'group:  (0)']);
    bench.server.store.leave(me, groupId);
    await until(list, ['ben: hello (1)']);
  });

  it('shows what became of the last message', async () => {
    say(anna, 'one');
    const { client } = await live();
    const list = await openChatList(client);
    bench.server.edit(anna, me, 'friend', 1, 'one!');
    await until(list, ['anna: one! (1)']);
  });

  it('is not set back by a list that was read before a message came', async () => {
    say(anna, 'one');
    const { client, events, until: happens } = await live();
    const list = await openChatList(client);
    const old = bench.server.store.conversationsPage(me, {});
    say(anna, 'two');
    await happens(() => events.message.length === 1, 'the message');
    let asked = 0;
    bench.server.faults.call = (name) => {
      if (name !== 'get-conversations') return undefined;
      asked += 1;
      return { status: 200, body: { success: true, message: 'm', ...old } };
    };
    bench.server.store.newGroup([me]);
    await new Promise<void>((resolve) => { const stop = list.onChange(() => { if (asked > 0) { stop(); resolve(); } }); });
    expect(shown(list)).toEqual(['anna: two (2)']);
  });
});
