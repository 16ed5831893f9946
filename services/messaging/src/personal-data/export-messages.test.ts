import type { MessagesRecord } from '@chat-backend/contracts';
import { friendConversationId, newId } from '@chat-backend/database';
import { countDatabaseWork, createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { openMessagingDatabase } from '../db';
import { befriend, makeFriends, makeGroup, sendMany } from '../messaging.fixture';
import { startMessaging } from '../main';
import { exportMessages } from './export-messages';

interface Page { data: MessagesRecord[]; nextCursor?: string }
type Message = Extract<MessagesRecord, { kind: 'message' }>;

describe('export-messages', () => {
  let database: TestDatabase;
  beforeAll(async () => { database = await createTestDatabase(); });
  afterAll(() => database.drop());

  const serving = async <Result>(act: (service: Awaited<ReturnType<typeof startMessaging>>) => Promise<Result>): Promise<Result> => {
    const service = await startMessaging(createTestContext(database), { sweepEveryMs: 3_600_000 });
    try { return await act(service); } finally { await service.drain(); await service.close(); }
  };
  const pagesOf = (userId: string): Promise<MessagesRecord[][]> => serving(async (service) => {
    const pages: MessagesRecord[][] = [];
    for (let cursor: string | undefined; pages.length === 0 || cursor !== undefined;) {
      const reply = await request(service.app).post('/api/v1/export-messages').send({ token: testToken(userId), ...(cursor === undefined ? {} : { cursor }) });
      expect(reply.status).toBe(200);
      const { data, nextCursor } = reply.body as Page;
      pages.push(data);
      cursor = nextCursor;
    }
    return pages;
  });
  const messagesIn = (pages: readonly MessagesRecord[][]): Message[] => pages.flat().filter((record) => record.kind === 'message');
  /** Many messages at once, as sending would have left them. */
  const addMessages = async (conversationId: string, senderId: string, recipientId: string, isGroup: boolean, count: number): Promise<void> => {
    const [row] = await database.query<{ last_seq: string }>(
      'insert into conversations (id, last_seq) values ($1, $2) on conflict (id) do update set last_seq = conversations.last_seq + $2 returning last_seq', [conversationId, count]);
    await database.query(
      `insert into messages (conversation_id, seq, id, sender_id, recipient_id, is_group, client_message_id, message_type, body)
       select $1, $2 + n, gen_random_uuid(), $3, $4, $5, gen_random_uuid(), 'TEXT', 'message ' || n from generate_series(1, $6) n`,
      [conversationId, Number(row?.last_seq) - count, senderId, recipientId, isGroup, count]);
    await database.query('insert into chats (user_id, conversation_id, chat_id, is_group) values ($1, $2, $3, $4) on conflict do nothing', [senderId, conversationId, recipientId, isGroup]);
    if (!isGroup) await database.query('insert into chats (user_id, conversation_id, chat_id, is_group) values ($1, $2, $3, false) on conflict do nothing', [recipientId, conversationId, senderId]);
  };

  it('gives my chats, all that was written in those with friends, and what I wrote in groups, also in those that I left', async () => {
    const [me, friend] = await makeFriends(database);
    const stranger = newId();
    await befriend(database, friend, stranger);
    const groupId = await makeGroup(database, me, friend);
    await serving(async (service) => {
      await sendMany(service, me, friend, 'friend', 2);
      await sendMany(service, friend, me, 'friend', 1);
      await sendMany(service, friend, groupId, 'group', 3);
      await sendMany(service, me, groupId, 'group', 2);
      await sendMany(service, stranger, friend, 'friend', 1);
    });
    await database.query('delete from group_members where group_id = $1 and user_id = $2', [groupId, me]);
    const pages = await pagesOf(me);
    expect(pages.flat().filter(({ kind }) => kind === 'conversation').toSorted((one, other) => one.chatType.localeCompare(other.chatType))).toEqual([
      { kind: 'conversation', chatId: friend, chatType: 'friend', lastReadSeq: 2 }, { kind: 'conversation', chatId: groupId, chatType: 'group', lastReadSeq: 5 },
    ]);
    const seen = messagesIn(pages).map(({ chatType, chatId, from, seq }) => [chatType, chatId, from, seq]);
    expect(seen.filter(([chatType]) => chatType === 'friend')).toEqual([['friend', friend, me, 1], ['friend', friend, me, 2], ['friend', friend, friend, 3]]);
    expect(seen.filter(([chatType]) => chatType === 'group').toSorted()).toEqual([['group', groupId, me, 4], ['group', groupId, me, 5]]);
  });

  it('comes in pages of a hundred, each message once, over many chats, those without a message of mine among them', async () => {
    const me = newId();
    const friends = Array.from({ length: 30 }, () => newId());
    const silent = Array.from({ length: 220 }, () => newId());
    await database.query(`insert into chats (user_id, conversation_id, chat_id, is_group) select $1, id, id, true from unnest($2::uuid[]) id`, [me, silent]);
    for (const [index, friend] of friends.entries()) await addMessages(friendConversationId(me, friend), index % 2 === 0 ? me : friend, index % 2 === 0 ? friend : me, false, 7 * index);
    const groups = [newId(), newId()];
    for (const groupId of groups) {
      await addMessages(groupId, me, groupId, true, 150);
      await addMessages(groupId, friends[0] ?? '', groupId, true, 50);
    }
    const pages = await pagesOf(me);
    expect(Math.max(...pages.map(({ length }) => length))).toBe(100);
    const messages = messagesIn(pages);
    const expected = 7 * (29 * 30 / 2) + 300;
    expect([messages.length, new Set(messages.map(({ id }) => id)).size]).toEqual([expected, expected]);
    expect(messages.filter(({ chatType, from }) => chatType === 'group' && from !== me)).toEqual([]);
    expect(pages.flat().filter(({ kind }) => kind === 'conversation')).toHaveLength(252);
  }, 60_000);

  it('does as much work for a page of many thousand messages as for one of a few hundred, and reads no more of them than the page', async () => {
    const [few, many, friend, groupId] = [newId(), newId(), newId(), newId()];
    await addMessages(friendConversationId(few, friend), few, friend, false, 200);
    await addMessages(friendConversationId(many, friend), many, friend, false, 40_000);
    for (const userId of [few, many]) await addMessages(groupId, userId, groupId, true, 200);
    await addMessages(groupId, friend, groupId, true, 20_000);
    const count = await countDatabaseWork(database);
    const { logger, metrics } = createTestContext(undefined);
    const workOf = (userId: string, section: number) => count(async () => {
      const messaging = openMessagingDatabase({ url: database.urlFor('messaging'), connections: { hot: 1, waiting: 1, changing: 1, reading: 1 }, patienceMs: 1_000, logger, metrics });
      const cursor = Buffer.from(JSON.stringify(['export-messages', { section }])).toString('base64url');
      const caller = { userId, sessionId: newId(), purpose: 'access' as const, expiresAt: 0 };
      expect((await exportMessages(messaging)({ caller, body: { cursor }, call: '', requestId: '', address: '', userAgent: undefined })).data).toHaveLength(100);
      await messaging.close();
    });
    for (const section of [1, 2]) {
      const [ofFew, ofMany] = [await workOf(few, section), await workOf(many, section)];
      expect(ofFew.rowsRead).toBeGreaterThan(0);
      expect(ofMany.rowsRead).toBeLessThan(400);
      expect(ofMany.rowsRead).toBeLessThanOrEqual(ofFew.rowsRead + 5);
      // Blocks of random keys lie apart: a page of a hundred touches a few for each.
      expect(ofMany.blocks).toBeLessThan(1_500);
    }
  }, 60_000);

  it('is in the audit log, once however many pages there are', async () => {
    const me = newId();
    expect((await pagesOf(me)).length).toBeGreaterThan(1);
    expect(await database.query('select action, user_id, call, address from audit_log where user_id = $1', [me])).toEqual([
      { action: 'account.exported', user_id: me, call: 'export-messages', address: '127.0.0.1' },
    ]);
  });

  it('refuses a cursor that it did not give', async () => {
    await serving(async (service) => {
      const reply = await request(service.app).post('/api/v1/export-messages').send({ token: testToken(newId()), cursor: Buffer.from('["export-messages",{"section":1,"after":{"id":"x"}}]').toString('base64url') });
      expect([reply.status, reply.body]).toMatchObject([400, { code: 'INVALID_REQUEST', errors: [{ field: 'cursor' }] }]);
    });
  });
});
