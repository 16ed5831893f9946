import { limits, type ChatType, type ConversationCursor, type ConversationPage, type SyncReply, type SyncRequest } from '@chat-backend/contracts';
import { appendUserLog, newId, openDatabase, type Database } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { startMessaging } from '../main';
import { entry, makeFriends, makeGroup, send, sendMany, unfriend } from '../messaging.fixture';

describe('sync', () => {
  let database: TestDatabase;
  let service: Service;
  let socialGraph: Database<'social-graph'>;
  beforeAll(async () => {
    database = await createTestDatabase();
    service = await startMessaging(createTestContext(database), { sweepEveryMs: 3_600_000 });
    socialGraph = openDatabase('social-graph', { url: database.urlFor('social-graph'), poolSize: 1 });
  });
  afterAll(async () => {
    await service.drain();
    await service.close();
    await socialGraph.close();
    await database.drop();
  });

  const call = (verb: string, userId: string, body: object) => request(service.app).post(`/api/v1/${verb}`).send({ token: testToken(userId), ...body });
  const sync = async (userId: string, body: SyncRequest): Promise<SyncReply> => {
    const reply = await call('sync', userId, body);
    expect([reply.status, reply.body]).toMatchObject([200, { success: true, message: 'Synchronised successfully' }]);
    return (reply.body as { data: SyncReply }).data;
  };
  const cursor = (chatId: string, afterSeq = 0, afterRevision = 0, chatType: ChatType = 'friend'): ConversationCursor => ({ chatId, chatType, afterSeq, afterRevision });
  const syncOne = async (userId: string, ...of: Parameters<typeof cursor>): Promise<ConversationPage> => {
    const { conversations: [page] } = await sync(userId, { conversations: [cursor(...of)] });
    if (page === undefined) throw new Error('a conversation was not answered');
    return page;
  };
  const edit = (userId: string, chatId: string, seq: number, message: string) => call('edit-message', userId, { chatId, chatType: 'friend', seq, message }).expect(200);
  const seqs = (messages: readonly { seq: number }[]) => messages.map(({ seq }) => seq);
  const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const emptyLog = { fromNumber: 0, toNumber: 0, lastNumber: 0, events: [] };

  describe('of conversations', () => {
    it('answers what is missing, and the ranges that this covers', async () => {
      const [mine, theirs] = await makeFriends(database);
      await sendMany(service, theirs, mine, 'friend', 4);
      await sendMany(service, mine, theirs, 'friend', 1);
      await sendMany(service, theirs, mine, 'friend', 1);
      for (const [seq, text] of [[2, 'two'], [1, 'one'], [2, 'two again'], [4, 'four']] as const) await edit(theirs, mine, seq, text);
      const { log, conversations, isComplete } = await sync(mine, { conversations: [cursor(theirs, 3, 1)] });
      expect([log, isComplete]).toEqual([emptyLog, true]);
      expect(conversations).toMatchObject([{
        chatId: theirs, chatType: 'friend', gone: false, fromSeq: 3, toSeq: 6, lastSeq: 6, fromRevision: 1, toRevision: 4, lastRevision: 4, lastReadSeq: 5,
        messages: [{ seq: 4, message: 'four', revision: 4 }, { seq: 5, from: mine }, { seq: 6, message: 'message 1' }],
        // In the order of their last change; the fourth comes as a message.
        changed: [{ seq: 1, message: 'one', revision: 2 }, { seq: 2, message: 'two again', revision: 3 }],
      }]);
    });

    it('has nothing for who has everything, nor for friends who have not written, and tells strangers nothing', async () => {
      const [mine, theirs] = await makeFriends(database);
      const nothing = { gone: false, fromSeq: 0, toSeq: 0, lastSeq: 0, fromRevision: 0, toRevision: 0, lastRevision: 0, lastReadSeq: 0, messages: [], changed: [] };
      expect(await syncOne(mine, theirs)).toEqual({ chatId: theirs, chatType: 'friend', ...nothing });
      await sendMany(service, theirs, mine, 'friend', 2);
      expect(await syncOne(mine, theirs, 2)).toEqual({ chatId: theirs, chatType: 'friend', ...nothing, fromSeq: 2, toSeq: 2, lastSeq: 2 });
      expect(await syncOne(newId(), theirs)).toEqual({ chatId: theirs, chatType: 'friend', ...nothing });
      await unfriend(database, mine, theirs);
      expect(seqs((await syncOne(mine, theirs)).messages)).toEqual([1, 2]);
    });

    it('gives messages as they are now to who has none: no change is left to make', async () => {
      const [mine, theirs] = await makeFriends(database);
      await sendMany(service, mine, theirs, 'friend', 2);
      await edit(mine, theirs, 1, 'better');
      expect(await syncOne(theirs, mine)).toMatchObject({ toSeq: 2, toRevision: 1, messages: [{ message: 'better', revision: 1 }, { revision: 0 }], changed: [] });
    });

    it('gives nothing of a group that one is not in, or that is closed', async () => {
      const [member, other] = [newId(), newId()];
      const [open, closed] = [await makeGroup(database, member), await makeGroup(database, member)];
      for (const group of [open, closed]) await sendMany(service, member, group, 'group', 2);
      await database.query('update groups set closed_at = now() where id = $1', [closed]);
      expect(await syncOne(member, open, 1, 0, 'group')).toMatchObject({ gone: false, toSeq: 2, lastReadSeq: 2, messages: [{ seq: 2, to: open }] });
      const gone = { chatType: 'group', gone: true, fromSeq: 0, toSeq: 0, lastSeq: 0, fromRevision: 0, toRevision: 0, lastRevision: 0, lastReadSeq: 0, messages: [], changed: [] };
      const nowhere = newId();
      for (const [userId, chatId] of [[member, closed], [other, open], [member, nowhere]] as const) {
        const { conversations, isComplete } = await sync(userId, { conversations: [cursor(chatId, 1, 1, 'group')] });
        expect([conversations, isComplete]).toEqual([[{ chatId, ...gone }], true]);
      }
    });

    it('shows a cursor from the future where the conversation ends', async () => {
      const [mine, theirs] = await makeFriends(database);
      await sendMany(service, mine, theirs, 'friend', 2);
      await edit(mine, theirs, 1, 'better');
      const { conversations, isComplete } = await sync(mine, { conversations: [cursor(theirs, 9, 8), cursor(theirs, 9, 0)] });
      expect(conversations).toMatchObject([
        { fromSeq: 9, toSeq: 2, lastSeq: 2, fromRevision: 8, toRevision: 1, lastRevision: 1, messages: [], changed: [] },
        { fromSeq: 9, toSeq: 2, fromRevision: 0, toRevision: 1, messages: [], changed: [{ seq: 1 }] },
      ]);
      expect(isComplete).toBe(true);
    });

    it('answers the same conversation as often as it is named', async () => {
      const [mine, theirs] = await makeFriends(database);
      await sendMany(service, mine, theirs, 'friend', 3);
      const { conversations, isComplete } = await sync(mine, { conversations: [cursor(theirs, 1), cursor(theirs, 2), cursor(theirs, 1)] });
      expect([conversations.map(({ messages }) => seqs(messages)), isComplete]).toEqual([[[2, 3], [3], [2, 3]], true]);
    });

    it('shares 500 messages out among the conversations; asked again, it goes on', async () => {
      const [mine, first] = await makeFriends(database);
      const [second, third] = [await makeGroup(database, mine), await makeGroup(database, mine)];
      await sendMany(service, first, mine, 'friend', 300);
      for (const group of [second, third]) await sendMany(service, mine, group, 'group', 300);
      for (const seq of [1, 2, 3]) await edit(first, mine, seq, `better ${seq}`);
      const ask = (...after: [number, number][]) => sync(mine, {
        conversations: [cursor(first, ...(after[0] ?? [0, 0])), cursor(second, ...(after[1] ?? [0, 0]), 'group'), cursor(third, ...(after[2] ?? [0, 0]), 'group')],
      });
      const one = await ask([10, 1]);
      expect(one.conversations.map(({ toSeq, toRevision, messages, changed }) => [toSeq, toRevision, messages.length, changed.length]))
        .toEqual([[300, 1, 290, 0], [210, 0, 210, 0], [0, 0, 0, 0]]);
      expect(one.isComplete).toBe(false);
      expect(seqs(one.conversations[1]?.messages ?? [])).toEqual(range(1, 210));
      const two = await ask([300, 1], [210, 0]);
      expect(two.conversations.map(({ toSeq, toRevision, messages, changed }) => [toSeq, toRevision, messages.length, changed.length]))
        .toEqual([[300, 3, 0, 2], [300, 0, 90, 0], [300, 0, 300, 0]]);
      expect(two.isComplete).toBe(true);
    });

    it('pages through changes', async () => {
      const [mine, theirs] = await makeFriends(database);
      await sendMany(service, mine, theirs, 'friend', 600);
      await database.query('update messages set revision = 601 - seq where sender_id = $1', [mine]);
      await database.query('update conversations set last_revision = 600 where id = (select conversation_id from messages where sender_id = $1 limit 1)', [mine]);
      const one = await syncOne(theirs, mine, 600, 20);
      expect([one.toRevision, seqs(one.changed)]).toEqual([520, range(81, 580).reverse()]);
      const two = await syncOne(theirs, mine, 600, 520);
      expect([two.toRevision, seqs(two.changed)]).toEqual([600, range(1, 80).reverse()]);
    });

    it('ends a page where it has as many characters as fit, and nothing comes after that', async () => {
      const [mine, theirs] = await makeFriends(database);
      const group = await makeGroup(database, mine);
      const message = 'x'.repeat(limits.messageLength);
      const fitting = Math.floor(limits.syncCharacters / limits.messageLength);
      await send(service, Array.from({ length: fitting + 9 }, () => entry(mine, theirs, { message })));
      await sendMany(service, mine, group, 'group', 1);
      await edit(mine, theirs, 1, 'short');
      const { conversations: [first, second], isComplete } = await sync(mine, { conversations: [cursor(theirs, 1), cursor(group, 0, 0, 'group')] });
      // One more would go beyond, and the short ones that follow wait.
      expect([first?.toSeq, first?.toRevision, second?.toSeq, isComplete]).toEqual([1 + fitting, 0, 0, false]);
      expect(first?.messages.reduce((sum, { message: text }) => sum + text.length, 0)).toBe(fitting * limits.messageLength);
      const next = await sync(mine, { conversations: [cursor(theirs, 1 + fitting), cursor(group, 0, 0, 'group')] });
      expect(next.conversations).toMatchObject([{ toSeq: fitting + 9, toRevision: 1, changed: [{ seq: 1 }] }, { toSeq: 1 }]);
    });

    it('gives one message at the least, also one that is larger than a page', async () => {
      const [mine, theirs] = await makeFriends(database);
      await sendMany(service, mine, theirs, 'friend', 3);
      await database.query(`update messages set body = repeat('x', 600000) where sender_id = $1 and seq in (1, 2)`, [mine]);
      expect(seqs((await syncOne(theirs, mine)).messages)).toEqual([1]);
      expect(seqs((await syncOne(theirs, mine, 1)).messages)).toEqual([2]);
      expect(seqs((await syncOne(theirs, mine, 2)).messages)).toEqual([3]);
      await database.query(`update messages set revision = seq where sender_id = $1`, [mine]);
      await database.query('update conversations set last_revision = 3 where id = (select conversation_id from messages where sender_id = $1 limit 1)', [mine]);
      expect(await syncOne(theirs, mine, 3)).toMatchObject({ toRevision: 1, changed: [{ seq: 1 }] });
    });

    it('takes 200 conversations and no more', async () => {
      const mine = newId();
      const conversations = Array.from({ length: 200 }, () => cursor(newId()));
      expect((await sync(mine, { conversations })).conversations.map(({ chatId }) => chatId)).toEqual(conversations.map(({ chatId }) => chatId));
      const reply = await call('sync', mine, { conversations: [...conversations, cursor(newId())] });
      expect([reply.status, reply.body]).toMatchObject([400, { code: 'INVALID_REQUEST', errors: [{ field: 'conversations' }] }]);
    });
  });

  describe('of a log', () => {
    const befriended = (userId: string, ...friendIds: string[]): Promise<unknown> => socialGraph.transaction((tables) => appendUserLog(tables, friendIds.map((id) =>
      ({ userId, event: { kind: 'friendship' as const, state: 'friends' as const, user: { id, user_name: 'ada', about: null, profile_image: null } } }))));

    it('answers events in the order of their numbers; a later one of a subject has taken the place of an earlier one', async () => {
      const [mine, one, other] = [newId(), newId(), newId()];
      await befriended(mine, one, other);
      await befriended(mine, one);
      const event = (number: number, id: string) => ({
        kind: 'friendship', number, createdAt: expect.any(String) as string, state: 'friends', user: { id, user_name: 'ada', about: null, profile_image: null },
      });
      expect(await sync(mine, { afterNumber: 0 })).toMatchObject({
        log: { fromNumber: 0, toNumber: 3, lastNumber: 3, events: [event(2, other), event(3, one)] }, conversations: [], isComplete: true,
      });
      expect((await sync(mine, { afterNumber: 2 })).log).toEqual({ fromNumber: 2, toNumber: 3, lastNumber: 3, events: [event(3, one)] });
      expect((await sync(mine, { afterNumber: 3 })).log).toEqual({ fromNumber: 3, toNumber: 3, lastNumber: 3, events: [] });
    });

    it('tells only where it ends to who names no number, and where it ends to who is beyond', async () => {
      const mine = newId();
      expect((await sync(mine, {})).log).toEqual(emptyLog);
      expect((await sync(mine, { afterNumber: 0 })).log).toEqual(emptyLog);
      await befriended(mine, newId(), newId());
      expect((await sync(mine, {})).log).toEqual({ fromNumber: 2, toNumber: 2, lastNumber: 2, events: [] });
      expect(await sync(mine, { afterNumber: 9 })).toMatchObject({ log: { fromNumber: 9, toNumber: 2, lastNumber: 2, events: [] }, isComplete: true });
    });

    it('pages by 200', async () => {
      const mine = newId();
      await befriended(mine, ...Array.from({ length: 450 }, newId));
      const ends: number[] = [];
      for (let afterNumber = 0, isComplete = false; !isComplete;) {
        const reply = await sync(mine, { afterNumber });
        expect(reply.log.events.map(({ number }) => number)).toEqual(range(afterNumber + 1, reply.log.toNumber));
        ({ isComplete } = reply);
        afterNumber = reply.log.toNumber;
        ends.push(afterNumber);
      }
      expect(ends).toEqual([200, 400, 450]);
      await befriended(mine, ...Array.from({ length: 150 }, newId));
      expect(await sync(mine, { afterNumber: 400 })).toMatchObject({ log: { toNumber: 600, lastNumber: 600 }, isComplete: true });
    });
  });
});
