import { randomUUID } from 'node:crypto';
import type { SyncReply } from '@chat-backend/contracts';
import { memoryStorage } from '../client.fixture';
import { eachWithFriend, have, withPage } from './receiving.fixture';

const its = eachWithFriend();
/** The sync of my one chat that is asked next is answered with this instead. */
const onceForMyChat = (change: (reply: SyncReply) => SyncReply): void => {
  its().bench.server.faults.sync = (reply) => {
    if (reply.conversations.length === 0) return reply;
    delete its().bench.server.faults.sync;
    return change(reply);
  };
};

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
    for (const text of ['a', 'b', 'c']) its().say(text);
    onceForMyChat(change);
    const mine = await its().live({ begin: 'beginning' });
    expect(mine.texts(its().friend)).toEqual(['1:a', '2:b', '3:c']);
    expect(mine.events.fault.map(({ code }) => code)).toEqual(['INVALID_PAGE']);
  });

  it('that never ends is not asked for without a pause', async () => {
    its().say('a');
    const before = its().bench.server.counted.syncs.length;
    let stuck = 5;
    its().bench.server.faults.sync = (reply) => (reply.conversations.length > 0 && stuck-- > 0 ? { ...withPage(reply, { toSeq: 0, messages: [] }), isComplete: false } : reply);
    const mine = await its().live({ begin: 'beginning' });
    expect(mine.texts(its().friend)).toEqual(['1:a']);
    expect(mine.events.fault).toHaveLength(5);
    expect(its().bench.server.counted.syncs.length - before).toBe(7);
  });
});

describe('a server that was restored from a backup', () => {
  it.each([['now', ['4:D'], 3], ['beginning', ['1:a', '2:b', '3:c', '4:D'], 0]] as const)('resets the chat; begin: %s', async (begin, after, from) => {
    const mine = await its().live({ begin });
    for (const text of ['a', 'b', 'c', 'd', 'e']) its().say(text);
    await have(mine, 5);
    its().bench.server.store.goBackTo(its().me, its().friend, 'friend', 3);
    its().bench.server.drop(its().me);
    await mine.until(() => mine.events.conversationReset.length > 0, 'the reset');
    its().say('D');
    await have(mine, 5 + after.length);
    expect(mine.events.conversationReset).toEqual([{ chatId: its().friend, chatType: 'friend', seq: from }]);
    expect(mine.texts(its().friend).slice(5)).toEqual(after);
    expect(mine.events.fault).toEqual([]);
  });

  it.each([['now', ['7:G'], 6], ['beginning', ['1:a', '2:b', '3:c', '4:D', '5:E', '6:F', '7:G'], 0]] as const)(
    'resets the chat also when others wrote past what I had; begin: %s', async (begin, after, from) => {
      const storage = memoryStorage();
      const before = await its().live({ begin, storage });
      for (const text of ['a', 'b', 'c', 'd', 'e']) its().say(text);
      await have(before, 5);
      await before.client.close();
      const { store } = its().bench.server;
      store.goBackTo(its().me, its().friend, 'friend', 3);
      store.historyId = 'second';
      for (const text of ['D', 'E', 'F']) its().say(text);
      const mine = await its().live({ begin, storage });
      its().say('G');
      await have(mine, after.length);
      expect(mine.texts(its().friend)).toEqual(after);
      expect(mine.events.conversationReset).toEqual([{ chatId: its().friend, chatType: 'friend', seq: from }]);
      expect(mine.events.fault.map(({ code }) => code)).toEqual(['LOG_RESET']);
      await mine.client.close();
      const later = await its().live({ begin, storage });
      expect([later.events.message, later.events.conversationReset, later.events.fault]).toEqual([[], [], []]);
    });
});
