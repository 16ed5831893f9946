import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChatClient, type Chat, type ChatClient, type ChatMessage, type UnsentMessage } from '@chat-backend/client';
import { startProductProcess, testSettings, type ProductProcess } from './contract/product-process';
import { freePort } from './free-port';
import { testSecret } from './test-constants';
import { createTestDatabase, type TestDatabase } from './test-database';

const startTimeoutMs = 120_000;
const timing = { reconnectBaseMs: 100, reconnectCapMs: 500, retryBaseMs: 50, gapMs: 20 };

/** A story that an app would tell: real people, the real product as one process, which is started again in the middle. */
describe('the client library against the product', () => {
  let database: TestDatabase;
  let product: ProductProcess;
  let [url, settings]: [string, NodeJS.ProcessEnv] = ['', {}];
  const clients: ChatClient[] = [];

  const start = async (): Promise<void> => {
    let isReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => { isReady = resolve; });
    product = startProductProcess(['index.js'], settings, isReady);
    const ended = new Promise<never>((_resolve, reject) => {
      product.child.once('exit', (code) => { reject(new Error(`node index.js ended with ${code}:\n${product.output()}`)); });
    });
    ended.catch(() => undefined);
    await Promise.race([ready, ended]);
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    settings = {
      ...testSettings, PORT: String(port), DATABASE_URL: database.administratorUrl, SECRET_KEY: testSecret, EXPOSE_OTP: 'true',
      DATA_DIR: mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'client-')),
    };
    await start();
  }, startTimeoutMs);
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    const code = await product.stop();
    await database.drop();
    expect({ code, loggedErrors: product.loggedErrors }).toEqual({ code: 0, loggedErrors: [] });
  }, startTimeoutMs);

  interface Person { id: string; client: ChatClient; messages: ChatMessage[]; changes: ChatMessage[]; gone: Chat[]; faults: unknown[] }

  const watch = (client: ChatClient, id: string): Person => {
    const person: Person = { id, client, messages: [], changes: [], gone: [], faults: [] };
    client.on('message', (message) => { person.messages.push(message); });
    client.on('messageChanged', (message) => { person.changes.push(message); });
    client.on('conversationGone', (chat) => { person.gone.push(chat); });
    client.on('fault', (fault) => { person.faults.push(fault); });
    clients.push(client);
    return person;
  };
  const account = () => ({ email: `${randomUUID()}@example.com`, password: 'password123' });
  const signUp = async (given = account(), storage = new Map<string, string>()): Promise<Person> => {
    const client = createChatClient({
      url, timing, transports: ['websocket'],
      storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => storage.set(key, value), removeItem: (key) => storage.delete(key) },
    });
    const { token } = await client.register(given);
    await client.verify({ token });
    const signedIn = await client.signIn(given);
    if (!signedIn.isSignedIn) throw new Error('contract mode signs in without a code');
    const person = watch(client, signedIn.userId);
    await client.connect();
    return person;
  };
  const befriend = async (one: Person, other: Person): Promise<void> => {
    await one.client.call('sent-request', { to: other.id });
    await other.client.call('accept-request', { to: one.id });
  };
  const until = (person: Person, condition: () => boolean, what: string): Promise<void> => new Promise((resolve, reject) => {
    const late = setTimeout(() => { reject(new Error(`never happened: ${what}; faults: ${JSON.stringify(person.faults)}`)); }, 15_000);
    const look = (): void => {
      if (!condition()) return;
      clearTimeout(late);
      for (const stop of stops) stop();
      resolve();
    };
    const stops = (['message', 'messageChanged', 'conversationGone', 'userEvent', 'state'] as const).map((name) => person.client.on(name, look));
    look();
  });
  const texts = ({ messages }: Person, chatId: string): string[] => messages.filter((message) => message.chatId === chatId).map(({ seq, message }) => `${seq}:${message}`);
  const send = ({ client }: Person, to: string, message: string, chatType: Chat['chatType'] = 'friend') => client.send({ to, chatType, message }).stored;
  const restart = async (meanwhile: () => void): Promise<void> => {
    expect(await product.stop()).toBe(0);
    expect(product.loggedErrors).toEqual([]);
    meanwhile();
    await start();
  };

  it('hands out everything once and in order, over a restart, and sends what was queued meanwhile', async () => {
    const [one, other] = [await signUp(), await signUp()];
    await befriend(one, other);
    for (let number = 1; number <= 5; number += 1) await send(number % 2 === 0 ? other : one, number % 2 === 0 ? one.id : other.id, `message ${number}`);
    const queued: Promise<unknown>[] = [];
    let unsent: UnsentMessage[] = [];
    await restart(() => {
      for (let number = 6; number <= 15; number += 1) queued.push(send(one, other.id, `message ${number}`));
      unsent = one.client.unsent();
    });
    expect(unsent).toHaveLength(10);
    await Promise.all(queued);
    const expected = Array.from({ length: 15 }, (_, index) => `${index + 1}:message ${index + 1}`);
    await until(other, () => texts(other, one.id).length === 15, 'all messages at the other');
    await until(one, () => texts(one, other.id).length === 15, 'all messages at the one');
    expect(texts(other, one.id)).toEqual(expected);
    expect(texts(one, other.id)).toEqual(expected);
    expect([one.faults, other.faults]).toEqual([[], []]);
    expect((await one.client.history({ chatId: other.id, chatType: 'friend' }, { beforeSeq: 4 })).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  }, startTimeoutMs);

  it('follows groups and changes, and a device that was away catches up with both', async () => {
    const [owner, earlier, member] = [await signUp(), await signUp(), await signUp()];
    const { data: { id: groupId } } = await owner.client.call('create-group', { groupName: 'a group' });
    await earlier.client.call('join-group', { groupId });
    await send(owner, groupId, 'before the member came', 'group');
    // It has been pushed: who joins while it is on its way may still get it.
    await until(earlier, () => texts(earlier, groupId).length === 1, 'the first message');
    await member.client.call('join-group', { groupId });
    await send(owner, groupId, 'welcome', 'group');
    await until(member, () => texts(member, groupId).length === 1, 'the welcome');
    expect(texts(member, groupId)).toEqual(['2:welcome']);

    member.client.disconnect();
    const group = { chatId: groupId, chatType: 'group' } as const;
    await owner.client.call('edit-message', { ...group, seq: 2, message: 'welcome!' });
    await send(owner, groupId, 'while you were away', 'group');
    await owner.client.call('delete-message', { ...group, seq: 3 });
    await member.client.connect();
    await until(member, () => texts(member, groupId).length === 2 && member.changes.length >= 1, 'what was missed');
    expect(texts(member, groupId)).toEqual(['2:welcome', '3:']);
    expect(member.changes.map(({ seq, message }) => [seq, message])).toEqual([[2, 'welcome!']]);

    await owner.client.call('edit-message', { ...group, seq: 2, message: 'welcome, again' });
    await until(member, () => member.changes.length === 2, 'the live change');
    await owner.client.call('remove-member', { groupId, userId: member.id });
    await until(member, () => member.gone.length === 1, 'the end of the membership');
    expect(member.gone).toEqual([group]);
    await send(owner, groupId, 'not for the member', 'group');
    await expect(send(member, groupId, 'let me in', 'group')).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    expect(texts(member, groupId)).toHaveLength(2);
    expect([owner.faults, member.faults]).toEqual([[], []]);
  }, startTimeoutMs);

  it('goes on after a reload where it was, with the session that it stored', async () => {
    const [storage, given, friend] = [new Map<string, string>(), account(), await signUp()];
    const before = await signUp(given, storage);
    await befriend(friend, before);
    await send(friend, before.id, 'seen');
    await until(before, () => texts(before, friend.id).length === 1, 'the first message');
    await before.client.close();
    await send(friend, before.id, 'missed');
    const client = createChatClient({ url, timing, transports: ['websocket'], storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => storage.set(key, value), removeItem: (key) => storage.delete(key) } });
    const after = watch(client, before.id);
    await client.connect();
    expect(texts(after, friend.id)).toEqual(['2:missed']);
    await client.signOut();
    expect([...storage.keys()]).toEqual([]);
  }, startTimeoutMs);
});
