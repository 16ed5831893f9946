import type { DomainEventPayloads, StoredMessage } from '@chat-backend/contracts';
import { friendConversationId, newId } from '@chat-backend/database';
import { createInProcessEvents, type DomainEvents } from '@chat-backend/events';
import type { Service } from '@chat-backend/service-kit';
import { behindSending, createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { startMessaging } from '../main';
import { entry, makeFriends, makeGroup, send, sendMany } from '../messaging.fixture';

interface Row { seq: string; sender_id: string; body: string; revision: string; deleted_at: Date | null; sent_digest: Buffer | null }
interface Deletion { parts_left: string[]; completed_at: Date | null }

describe('the messages of a deleted account', () => {
  let database: TestDatabase;
  let service: Service;
  let events: DomainEvents;
  let announced: DomainEventPayloads['message.changed'][];

  const start = async (settledAfterMs = 0): Promise<void> => {
    events = createInProcessEvents();
    announced = [];
    events.on('message.changed', (payload) => { announced.push(payload); });
    service = await startMessaging(createTestContext(database, { events }), { sweepEveryMs: 3_600_000, deletions: { everyMs: 3_600_000, settledAfterMs } });
  };
  const stop = async (): Promise<void> => {
    await service.drain();
    await service.close();
  };
  beforeAll(async () => { database = await createTestDatabase(); });
  beforeEach(() => start());
  afterEach(stop);
  afterAll(() => database.drop());

  /** As auth leaves it, with the other services done unless told otherwise. */
  const deleteAccount = async (userId: string, { erases = true, parts = ['messaging'] } = {}): Promise<void> => {
    await database.query('delete from users where id = $1', [userId]);
    await database.query(
      `insert into account_deletions (user_id, erases_messages, session_ids, parts_left, requested_at) values ($1, $2, '{}', $3, clock_timestamp() - interval '1 second')`,
      [userId, erases, parts]);
    await events.publish('account.deleted', { userId });
  };
  const deletionOf = async (userId: string): Promise<Deletion | undefined> =>
    (await database.query<Deletion>('select parts_left, completed_at from account_deletions where user_id = $1', [userId]))[0];
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 10_000; !await holds();) {
      if (Date.now() > deadline) throw new Error('it does not come to its end');
      await new Promise(setImmediate);
    }
  };
  const isComplete = (userId: string) => until(async () => (await deletionOf(userId))?.completed_at instanceof Date);
  const rowsOf = (conversationId: string) => database.query<Row>('select * from messages where conversation_id = $1 order by seq', [conversationId]);
  const chatsOf = async (userId: string) => (await database.query('select 1 from chats where user_id = $1', [userId])).length;
  const addUser = (id: string, name: string) => database.query(
    `insert into users (id, email, user_name, password_hash, pepper_id, updated_at) values ($1, $2, $3, 'none', 'none', now())`, [id, `${id}@example.com`, name]);
  const read = async <Data>(verb: string, userId: string, body: object): Promise<Data> => {
    const reply = await request(service.app).post(`/api/v1/${verb}`).send({ token: testToken(userId), ...body });
    expect(reply.status).toBe(200);
    return (reply.body as { data: Data }).data;
  };

  it('stay as they are where the user wished so, with an author who is nobody', async () => {
    const [gone, stays] = await makeFriends(database);
    await addUser(gone, 'a name');
    await send(service, [entry(gone, stays, { message: 'mine' }), entry(stays, gone, { message: 'theirs' })]);
    await deleteAccount(gone, { erases: false });
    await isComplete(gone);
    expect(await chatsOf(gone)).toBe(0);
    expect(announced).toEqual([]);
    const chat = { chatId: gone, chatType: 'friend' };
    expect((await read<StoredMessage[]>('get-messages', stays, chat)).map(({ seq, from, message }) => [seq, from, message])).toEqual([[1, gone, 'mine'], [2, stays, 'theirs']]);
    expect(await read('get-chat-details', stays, chat)).toEqual({ id: gone, user_name: null, about: null, profile_image: null });
    expect(await read('get-conversations', stays, {})).toMatchObject([{ ...chat, user_name: null, profile_image: null, lastSeq: 2, isDeleted: true }]);
  });

  it('lose their texts where the user wished so, and keep their places; what others wrote stays', async () => {
    const [gone, stays] = await makeFriends(database);
    const groupId = await makeGroup(database, gone, stays);
    const written = Array.from({ length: 230 }, (_, index) => (index % 3 === 0 ? entry(stays, gone, { message: 'theirs' }) : entry(gone, stays, { message: `mine ${index}` })));
    await send(service, written);
    await sendMany(service, gone, groupId, 'group', 3);
    await sendMany(service, stays, groupId, 'group', 2);
    const conversationId = friendConversationId(gone, stays);
    const edited = await request(service.app).post('/api/v1/edit-message').send({ token: testToken(gone), chatId: stays, chatType: 'friend', seq: 2, message: 'edited' });
    expect(edited.status).toBe(200);
    announced.length = 0;

    await deleteAccount(gone);
    await isComplete(gone);
    for (const [id, mine, theirs, before] of [[conversationId, 153, 77, 1], [groupId, 3, 2, 0]] as const) {
      const rows = await rowsOf(id);
      expect(rows.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: mine + theirs }, (_, index) => index + 1));
      const [own, others] = [rows.filter(({ sender_id }) => sender_id === gone), rows.filter(({ sender_id }) => sender_id !== gone)];
      expect(own.filter(({ body, deleted_at, sent_digest }) => body !== '' || deleted_at === null || sent_digest !== null)).toEqual([]);
      expect(others.filter(({ body, deleted_at, revision }) => body === '' || deleted_at !== null || revision !== '0')).toEqual([]);
      expect(own.map(({ revision }) => Number(revision)).sort((one, other) => one - other)).toEqual(Array.from({ length: mine }, (_, index) => before + index + 1));
      expect(await database.query('select last_revision from conversations where id = $1', [id])).toEqual([{ last_revision: String(before + mine) }]);
    }
    expect(await chatsOf(gone)).toBe(0);
    expect(announced.map(({ changed }) => changed.length)).toEqual([100, 53, 3]);
    expect(announced.at(-1)?.changed[0]).toMatchObject({ conversationId: groupId, membershipVersion: 7, message: { chatType: 'group', from: gone, message: '', revision: 1 } });
    const { conversations: [page] } = await read<{ conversations: { changed: StoredMessage[] }[] }>('sync', stays, {
      conversations: [{ chatId: gone, chatType: 'friend', afterSeq: 230, afterRevision: 0 }],
    });
    expect(page?.changed.map(({ revision }) => revision)).toEqual(Array.from({ length: 153 }, (_, index) => index + 2));
  });

  it('are erased as well when they were under way at that moment', async () => {
    const [gone, stays] = await makeFriends(database);
    await sendMany(service, gone, stays, 'friend', 1);
    const conversationId = friendConversationId(gone, stays);
    await behindSending(database, conversationId, async (sender) => {
      await sender.query(
        `insert into messages (conversation_id, seq, id, sender_id, recipient_id, is_group, client_message_id, message_type, body) values ($1, 2, $2, $3, $4, false, $5, 'TEXT', 'late')`,
        [conversationId, newId(), gone, stays, newId()]);
      await sender.query('update conversations set last_seq = 2 where id = $1', [conversationId]);
    }, () => deleteAccount(gone));
    await isComplete(gone);
    expect((await rowsOf(conversationId)).map(({ seq, body }) => [seq, body])).toEqual([['1', ''], ['2', '']]);
  });

  it('are erased to the end by the next process when one stops in the middle', async () => {
    const [gone, stays] = await makeFriends(database);
    await sendMany(service, gone, stays, 'friend', 450);
    const first = new Promise<void>((resolve) => { events.on('message.changed', () => { resolve(); }); });
    await deleteAccount(gone);
    await first;
    await stop();
    const conversationId = friendConversationId(gone, stays);
    const leftThen = (await rowsOf(conversationId)).filter(({ body }) => body !== '').length;
    expect(leftThen).toBeGreaterThan(0);
    expect(leftThen).toBeLessThan(450);
    await start();
    await isComplete(gone);
    const rows = await rowsOf(conversationId);
    expect(rows.filter(({ body }) => body !== '')).toEqual([]);
    expect(rows.map(({ revision }) => Number(revision)).sort((one, other) => one - other)).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
  });

  it('are looked for once more when the others are done, and only then is it complete', async () => {
    const [gone, stays] = await makeFriends(database);
    await sendMany(service, gone, stays, 'friend', 1);
    await deleteAccount(gone, { parts: ['group', 'messaging'] });
    await until(async () => await chatsOf(gone) === 0);
    // Still a friend, as far as this service knows.
    await send(service, [entry(gone, stays, { message: 'late' })]);
    await events.publish('account.deleted', { userId: gone });
    await until(async () => await chatsOf(gone) === 0);
    expect(await deletionOf(gone)).toEqual({ parts_left: ['group', 'messaging'], completed_at: null });
    await database.query('select finish_account_deletion($1, $2)', [gone, 'group']);
    await events.publish('account.deleted', { userId: gone });
    await isComplete(gone);
    expect((await rowsOf(friendConversationId(gone, stays))).map(({ body }) => body)).toEqual(['', '']);
  });
});
