import { randomUUID } from 'node:crypto';
import { memoryStorage, openBench, type TestBench, type TestClient } from '../client.fixture';
import type { SendFate } from '../chat-server.fixture';
import type { ChatStorage } from '../storage';

let bench: TestBench;
let [me, friend]: [string, string] = ['', ''];
beforeEach(async () => {
  bench = await openBench();
  [me, friend] = [randomUUID(), randomUUID()];
  bench.server.store.befriend(me, friend);
});
afterEach(() => bench.stop());

const live = async (options: Parameters<TestBench['client']>[0] = {}): Promise<TestClient> => {
  const mine = bench.client({ session: bench.server.session(me), ...options });
  await mine.client.connect();
  return mine;
};
const send = (mine: TestClient, text: string, to = friend) => mine.client.send({ to, chatType: 'friend', message: text });
const storedTexts = (): string[] => bench.server.store.messages(me, friend, 'friend').map(({ message }) => message);
const refused = (code: string, retryAfterMs?: number): SendFate => ({ success: false, code, message: code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
/** These become of what is sent next, one after the other; then all is well. */
const fates = (...next: SendFate[]): void => { bench.server.faults.send = () => next.shift() ?? 'store'; };

describe('a message that is sent', () => {
  it('is queued at once, stored, and handed out at its place', async () => {
    const mine = await live();
    const { clientMessageId, stored, queued } = send(mine, 'hello');
    expect(mine.client.unsent()).toEqual([{ to: friend, chatType: 'friend', message: 'hello', messageType: 'TEXT', clientMessageId }]);
    await queued;
    expect(await stored).toMatchObject({ seq: 1, clientMessageId });
    expect(mine.client.unsent()).toEqual([]);
    expect(mine.events.message).toMatchObject([{ seq: 1, clientMessageId, from: me, to: friend, chatId: friend, message: 'hello' }]);
    expect(mine.events.message[0]).toEqual({ ...bench.server.store.messages(me, friend, 'friend')[0], chatId: friend, chatType: 'friend' });
  });

  it('takes its place among the others: what is before it is fetched first', async () => {
    const mine = await live();
    bench.server.faults.push = () => undefined;
    for (const text of ['a', 'b']) bench.server.say(friend, me, 'friend', text);
    await send(mine, 'mine').stored;
    await mine.until(() => mine.events.message.length === 3, 'all three');
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:mine']);
  });

  it.each<[string, SendFate]>([
    ['its acknowledgement is lost', 'loseAcknowledgement'],
    ['the connection ends before it is stored', 'dropBefore'],
    ['the connection ends after it was stored', 'dropAfter'],
    ['the server is busy', refused('BUSY')],
    ['the server is away', refused('UNAVAILABLE')],
    ['the server fails', refused('INTERNAL')],
  ])('is stored once when %s', async (_what, fate) => {
    const mine = await live({ timing: { acknowledgeTimeoutMs: 100 } });
    fates(fate);
    const sent = ['a', 'b', 'c'].map((text) => send(mine, text));
    expect((await Promise.all(sent.map(({ stored }) => stored))).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(storedTexts()).toEqual(['a', 'b', 'c']);
    await mine.until(() => mine.events.message.length === 3, 'all three');
    expect(mine.texts(friend)).toEqual(['1:a', '2:b', '3:c']);
    expect(mine.events.fault).toEqual([]);
  });

  it('waits as long as a rate limit asks for', async () => {
    const mine = await live();
    fates(refused('RATE_LIMITED', 300));
    const began = Date.now();
    await send(mine, 'a').stored;
    expect(Date.now() - began).toBeGreaterThanOrEqual(300);
  });

  it('that is refused for good is told, and those behind it go on', async () => {
    const mine = await live();
    fates(refused('NOT_FRIENDS'));
    const [first, second] = [send(mine, 'a'), send(mine, 'b')];
    await expect(first.stored).rejects.toMatchObject({ name: 'ChatError', code: 'NOT_FRIENDS' });
    expect(await second.stored).toMatchObject({ seq: 1 });
    expect(mine.events.sendRefused).toMatchObject([{ message: { clientMessageId: first.clientMessageId, message: 'a' }, error: { code: 'NOT_FRIENDS' } }]);
    expect(mine.client.unsent()).toEqual([]);
  });

  it('is refused in the end where the server only ever fails', async () => {
    const mine = await live({ timing: { retryBaseMs: 1 } });
    bench.server.faults.send = () => refused('INTERNAL');
    await expect(send(mine, 'a').stored).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('counts as stored when it comes back, whatever became of its acknowledgement', async () => {
    const mine = await live({ timing: { acknowledgeTimeoutMs: 60_000, resyncMs: 60 } });
    fates('loseAcknowledgement');
    expect(await send(mine, 'a').stored).toMatchObject({ seq: 1 });
  });

  it('does not wait for another chat', async () => {
    const other = randomUUID();
    bench.server.store.befriend(me, other);
    const mine = await live();
    bench.server.faults.send = ({ to }) => (to === friend ? refused('BUSY') : 'store');
    send(mine, 'stuck');
    expect(await send(mine, 'free', other).stored).toMatchObject({ seq: 1 });
  });

  it('is refused at once where nobody is signed in, or the queue is full', async () => {
    const nobody = bench.client();
    await expect(send(nobody, 'a').stored).rejects.toMatchObject({ code: 'NO_SESSION' });
    const mine = bench.client({ session: bench.server.session(me), maxUnsent: 1 });
    await mine.client.signedInAs();
    send(mine, 'a');
    await expect(send(mine, 'b').stored).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    await expect(send(mine, 'b').queued).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  });
});

describe('a message with a name of the app\'s', () => {
  const name = randomUUID();
  const sendNamed = ({ client }: TestClient, message: string) => client.send({ to: friend, chatType: 'friend', message, clientMessageId: name.toUpperCase() });

  it('is stored once, sent twice in a row or after a crash, and both hear where', async () => {
    const storage = memoryStorage();
    const mine = await live({ storage });
    const sent: string[] = [];
    bench.server.faults.send = ({ message }) => {
      sent.push(message);
      return 'store';
    };
    const [one, other] = [sendNamed(mine, 'a'), sendNamed(mine, 'a')];
    expect(mine.client.unsent()).toHaveLength(1);
    expect(await Promise.all([one.stored, other.stored])).toEqual([expect.objectContaining({ seq: 1, clientMessageId: name }), expect.objectContaining({ seq: 1 })]);
    // It goes the same way, after them.
    await send(mine, 'b').stored;
    expect(sent).toEqual(['a', 'b']);
    await mine.client.close();
    const after = await live({ storage });
    expect(await sendNamed(after, 'a').stored).toMatchObject({ seq: 1 });
    expect(storedTexts()).toEqual(['a', 'b']);
  });
  it('is answered, too, where it waits in the queue from before', async () => {
    const storage = memoryStorage();
    const before = bench.client({ session: bench.server.session(me), storage });
    await before.client.signedInAs();
    await sendNamed(before, 'a').queued;
    await before.client.close();
    const after = bench.client({ session: bench.server.session(me), storage });
    await after.client.signedInAs();
    const { stored } = sendNamed(after, 'a');
    expect(after.client.unsent()).toHaveLength(1);
    await after.client.connect();
    expect(await stored).toMatchObject({ seq: 1 });
  });
  it('is refused for another text while the first is in the queue', async () => {
    const mine = bench.client({ session: bench.server.session(me) });
    await mine.client.signedInAs();
    sendNamed(mine, 'a');
    await expect(sendNamed(mine, 'b').stored).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(mine.client.unsent().map(({ message }) => message)).toEqual(['a']);
  });
});

describe('the order of a chat', () => {
  it('is the order of sending, even when one is refused for now and the next would be taken', async () => {
    const mine = await live();
    fates('store', refused('RATE_LIMITED', 5), 'store', refused('BUSY'));
    const texts = Array.from({ length: 8 }, (_, index) => String(index));
    await Promise.all(texts.map((text) => send(mine, text).stored));
    expect(storedTexts()).toEqual(texts);
  });

  it('is kept with several under way when the connection is lost: all of them are sent again, in order', async () => {
    const mine = await live({ sendWindow: 5 });
    fates('store', 'loseAcknowledgement', 'dropAfter');
    const texts = Array.from({ length: 20 }, (_, index) => String(index));
    await Promise.all(texts.map((text) => send(mine, text).stored));
    expect(storedTexts()).toEqual(texts);
    await mine.until(() => mine.events.message.length === 20, 'all');
    expect(mine.texts(friend)).toEqual(texts.map((text, index) => `${index + 1}:${text}`));
  });

  it('lets no more than the window be under way', async () => {
    const [mine, other] = [await live({ sendWindow: 3 }), randomUUID()];
    bench.server.store.befriend(me, other);
    const seen: string[] = [];
    bench.server.faults.send = ({ to, message }) => {
      if (to === other) return 'store';
      seen.push(message);
      return 'loseAcknowledgement';
    };
    for (let index = 0; index < 10; index += 1) send(mine, String(index));
    // It goes the same way, after them.
    await send(mine, 'to another', other).stored;
    expect(seen).toEqual(['0', '1', '2']);
  });
});

describe('the queue in a storage', () => {
  /** A storage that takes its time. */
  const slowStorage = (storage: ChatStorage & { items: Map<string, string> }) => {
    const writes: (() => void)[] = [];
    return { writes, storage: { ...storage, setItem: (key: string, value: string) => new Promise<void>((resolve) => { writes.push(() => { storage.items.set(key, value); resolve(); }); }) } };
  };

  it('has a message before `queued` resolves, and writes together what comes together', async () => {
    const kept = memoryStorage();
    const { writes, storage } = slowStorage(kept);
    const mine = bench.client({ storage });
    const signedIn = mine.client.signIn({ email: 'me@example.com', password: me });
    while (writes.length === 0) await new Promise((resolve) => { setImmediate(resolve); });
    writes.shift()?.();
    await signedIn;
    const order: string[] = [];
    for (const text of ['a', 'b', 'c']) void send(mine, text).queued.then(() => { order.push(text); });
    await new Promise((resolve) => { setImmediate(resolve); });
    expect([writes.length, order]).toEqual([1, []]);
    writes.shift()?.();
    await new Promise((resolve) => { setImmediate(resolve); });
    expect([writes.length, order]).toEqual([0, ['a', 'b', 'c']]);
    expect((JSON.parse(kept.items.get(`chat:${me}:unsent`) ?? '[]') as { message: string }[]).map(({ message }) => message)).toEqual(['a', 'b', 'c']);
  });

  it('survives a reload, in order, and nothing is stored twice', async () => {
    const storage = memoryStorage();
    const before = await live({ storage });
    fates('dropAfter');
    await bench.server.goAway();
    const lost = ['a', 'b'].map((text) => send(before, text));
    await Promise.all(lost.map(({ queued }) => queued));
    await before.client.close();
    await expect(lost[0]?.stored).rejects.toMatchObject({ code: 'CLOSED' });
    await bench.server.comeBack();
    const after = bench.client({ storage });
    await after.client.signedInAs();
    expect(after.client.unsent().map(({ message }) => message)).toEqual(['a', 'b']);
    send(after, 'c');
    await after.client.connect();
    await after.until(() => after.events.message.length === 3, 'all three');
    expect(storedTexts()).toEqual(['a', 'b', 'c']);
    expect(after.texts(friend)).toEqual(['1:a', '2:b', '3:c']);
    await after.until(() => after.client.unsent().length === 0, 'nothing is unsent');
    expect(storage.items.get(`chat:${me}:unsent`)).toBe('[]');
  });
});
