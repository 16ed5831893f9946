import { randomUUID } from 'node:crypto';
import type { SyncReply } from '@chat-backend/contracts';
import fc from 'fast-check';
import { memoryStorage, openBench, type TestBench, type TestClient } from './client.fixture';
import type { SendFate } from './chat-server.fixture';

type ChatName = 'friend' | 'group';
type Step =
  | { do: 'send'; who: number; chat: ChatName }
  | { do: 'edit'; chat: ChatName; which: number }
  | { do: 'drop'; who: number }
  | { do: 'befriend'; who: number }
  | { do: 'pause' };

const who = fc.nat({ max: 2 });
const chat = fc.constantFrom<ChatName>('friend', 'group');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), who, chat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), chat, which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('befriend' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pause' as const) }) },
);
/** What goes wrong, one after the other; when they are used up, nothing does. */
const faultNumbers = fc.record({
  sends: fc.array(fc.nat({ max: 7 }), { maxLength: 40 }),
  pushes: fc.array(fc.nat({ max: 5 }), { maxLength: 120 }),
  syncs: fc.array(fc.nat({ max: 8 }), { maxLength: 15 }),
});
type FaultNumbers = typeof faultNumbers extends fc.Arbitrary<infer Numbers> ? Numbers : never;

const refused = (code: string): SendFate & object => ({ success: false, code, message: code, ...(code === 'RATE_LIMITED' ? { retryAfterMs: 5 } : {}) });
const sendFates: readonly SendFate[] = ['store', 'loseAcknowledgement', 'dropBefore', 'dropAfter', refused('BUSY'), refused('RATE_LIMITED'), refused('UNAVAILABLE'), 'store'];

const withFirstPage = (reply: SyncReply, change: (page: SyncReply['conversations'][number]) => Partial<SyncReply['conversations'][number]>): SyncReply =>
  ({ ...reply, conversations: reply.conversations.map((page, index) => (index === 0 ? { ...page, ...change(page) } : page)) });
const syncFates: readonly ((reply: SyncReply) => SyncReply | 'lose' | 'drop' | (SendFate & object))[] = [
  (reply) => reply,
  () => 'lose',
  () => 'drop',
  () => refused('UNAVAILABLE'),
  (reply) => withFirstPage(reply, ({ messages }) => ({ messages: messages.slice(1) })),
  (reply) => withFirstPage(reply, ({ fromSeq, toSeq }) => ({ fromSeq: fromSeq + 1, toSeq: toSeq + 1 })),
  (reply) => withFirstPage(reply, ({ messages }) => ({ messages: messages.toReversed() })),
  (reply) => withFirstPage(reply, () => ({ chatId: randomUUID() })),
  (reply) => ({ ...reply, log: { ...reply.log, fromNumber: reply.log.fromNumber + 1, toNumber: reply.log.toNumber + 1 } }),
];

/** Never, twice, or after the next ones. */
const misdeliver = (numbers: number[]): ((deliver: () => void) => void) => {
  const late: (() => void)[] = [];
  return (deliver) => {
    const number = numbers.shift() ?? 0;
    if (number === 1) return;
    if (number === 2) { late.push(deliver); return; }
    deliver();
    if (number === 3) deliver();
    if (number === 4) for (const one of late.splice(0)) one();
  };
};

const setFaults = ({ server: { faults } }: TestBench, { sends, pushes, syncs }: FaultNumbers): void => {
  faults.send = () => sendFates[sends.shift() ?? 0] ?? 'store';
  faults.push = misdeliver(pushes);
  faults.sync = (reply) => syncFates[syncs.shift() ?? 0]?.(reply) ?? reply;
};

const timing = { acknowledgeTimeoutMs: 80, resyncMs: 60 };

/** Two friends and a group of three, each with a client, whatever goes wrong. */
const runStory = async (steps: readonly Step[], numbers: FaultNumbers, sendWindow: number): Promise<void> => {
  const bench = await openBench();
  try {
    const { store, session, edit, drop } = bench.server;
    const people: readonly [string, string, string] = [randomUUID(), randomUUID(), randomUUID()];
    store.befriend(people[0], people[1]);
    const group = store.newGroup(people);
    const clients = people.map((id) => bench.client({ session: session(id), storage: memoryStorage(), sendWindow, timing }));
    await Promise.all(clients.map(({ client }) => client.connect()));
    setFaults(bench, structuredClone(numbers));

    const sent: { from: string; chat: ChatName; text: string }[] = [];
    const storing: Promise<unknown>[] = [];
    const messagesOf = (name: ChatName) => (name === 'group' ? store.messages(people[0], group, 'group') : store.messages(people[0], people[1], 'friend'));
    const send = (index: number, name: ChatName): void => {
      const from = people[index % (name === 'group' ? 3 : 2)] as string;
      const text = `message ${sent.length}`;
      sent.push({ from, chat: name, text });
      const to = name === 'group' ? group : people[from === people[0] ? 1 : 0];
      storing.push((clients[people.indexOf(from)] as TestClient).client.send({ to, chatType: name, message: text }).stored);
    };
    for (const [index, next] of steps.entries()) {
      if (next.do === 'send') send(next.who, next.chat);
      if (next.do === 'edit') {
        const messages = messagesOf(next.chat);
        const message = messages[next.which % Math.max(1, messages.length)];
        if (message !== undefined) edit(message.from, message.to, next.chat, message.seq, `${message.message}, edited at ${index}`);
      }
      if (next.do === 'drop') drop(people[next.who]);
      if (next.do === 'befriend') store.befriend(people[next.who] as string, randomUUID());
      if (next.do === 'pause') await new Promise((resolve) => { setTimeout(resolve, 3); });
    }
    await Promise.all(storing);

    const shownOnServer = (name: ChatName): string[] => messagesOf(name).map(({ seq, message }) => `${seq}:${message}`);
    const shownAt = (index: number, name: ChatName): string[] => (clients[index] as TestClient).shown(name === 'group' ? group : people[index === 0 ? 1 : 0]);
    const places: [number, ChatName][] = [[0, 'friend'], [1, 'friend'], [0, 'group'], [1, 'group'], [2, 'group']];
    for (const [index, name] of places) {
      await (clients[index] as TestClient).until(() => shownAt(index, name).join() === shownOnServer(name).join(), `person ${index} sees the ${name} as it is`);
    }

    // Once each, in order; nothing else.
    for (const [index, name] of places) {
      const chatId = name === 'group' ? group : people[index === 0 ? 1 : 0];
      const seqs = (clients[index] as TestClient).events.message.filter((message) => message.chatId === chatId).map(({ seq }) => seq);
      expect(seqs).toEqual(messagesOf(name).map((_, at) => at + 1));
    }
    for (const { events } of clients) {
      const numbersSeen = events.userEvent.map(({ number }) => number);
      expect(numbersSeen).toEqual([...new Set(numbersSeen)].sort((one, other) => one - other));
      expect(events.sendRefused).toEqual([]);
      expect(new Set(events.fault.map(({ code }) => code))).not.toContain('HANDLER');
    }
    // What each sent is there once, and with a window of one in the order of sending.
    const texts = [...messagesOf('friend'), ...messagesOf('group')].map(({ message }) => message.split(',')[0]);
    expect(texts.toSorted()).toEqual(sent.map(({ text }) => text).toSorted());
    for (const from of people) {
      for (const name of ['friend', 'group'] as const) {
        const mine = messagesOf(name).filter((message) => message.from === from).map(({ message }) => message.split(',')[0]);
        if (sendWindow === 1) expect(mine).toEqual(sent.filter((one) => one.from === from && one.chat === name).map(({ text }) => text));
      }
    }
    expect(clients.flatMap(({ client }) => client.unsent())).toEqual([]);
  } finally {
    await bench.stop();
  }
};

describe('whatever goes wrong', () => {
  it.each([1, 8])('every client has every message once, in order, and sees what the server has; %i under way', async (sendWindow) => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), faultNumbers, (steps, numbers) => runStory(steps, numbers, sendWindow)),
      { seed: 20_261_126, numRuns: 20, endOnFailure: true });
  }, 120_000);
});
