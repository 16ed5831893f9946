import type { DomainEventPayloads, InternalCalls } from '@chat-backend/contracts';
import { friendConversationId, newId } from '@chat-backend/database';
import { createInProcessEvents, type DomainEvents } from '@chat-backend/events';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import pg from 'pg';
import request from 'supertest';
import { startMessaging } from '../main';
import { makeFriends, makeGroup, sendMany, unfriend } from '../messaging.fixture';

describe('mark-read', () => {
  let database: TestDatabase;
  let service: Service;
  let isRedisAway = false;
  const announced: DomainEventPayloads['user.changed']['logged'] = [];
  const events = createInProcessEvents();
  const publish: DomainEvents['publish'] = (name, payload) => (isRedisAway ? Promise.reject(new Error('Redis is away')) : events.publish(name, payload));
  beforeAll(async () => {
    database = await createTestDatabase();
    events.on('user.changed', ({ logged }) => { announced.push(...logged); });
    service = await startMessaging(createTestContext(database, { events: { ...events, publish } }), { sweepEveryMs: 3_600_000 });
  });
  beforeEach(() => { isRedisAway = false; announced.length = 0; });
  afterAll(async () => {
    await service.drain();
    await service.close();
    await database.drop();
  });

  const call = (userId: string, body: object) => request(service.app).post('/api/v1/mark-read').send({ token: testToken(userId), ...body });
  const marked = async (userId: string, body: object): Promise<number> => {
    const reply = await call(userId, body);
    expect([reply.status, reply.body]).toMatchObject([200, { success: true, message: 'Marked as read successfully' }]);
    return (reply.body as { data: { lastReadSeq: number } }).data.lastReadSeq;
  };
  const internally = (chat: InternalCalls['mark-read']['request']) => {
    const handle = service.internal['mark-read'];
    if (handle === undefined) throw new Error('messaging serves mark-read');
    return handle(chat);
  };
  const logOf = (userId: string) => database.query<{ number: string; payload: object }>('select number, subject, kind, payload from user_log_entries where user_id = $1 order by number', [userId]);

  it('moves up to the message, never back, and never beyond the last; each move is logged and announced', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, theirs, mine, 'friend', 5);
    const chat = { chatId: theirs, chatType: 'friend' as const };
    expect(await marked(mine, { ...chat, seq: 2 })).toBe(2);
    expect(await marked(mine, { ...chat, seq: 1 })).toBe(2);
    expect(await marked(mine, { ...chat, seq: 2 })).toBe(2);
    expect(await marked(mine, { ...chat, seq: 900 })).toBe(5);
    expect(await logOf(mine)).toEqual([{ number: '2', subject: `read:friend:${theirs}`, kind: 'read', payload: { ...chat, lastReadSeq: 5 } }]);
    const event = (number: number, lastReadSeq: number) => ({ userId: mine, event: { kind: 'read', number, createdAt: expect.any(String) as string, ...chat, lastReadSeq } });
    expect(announced).toEqual([event(1, 2), event(2, 5)]);
    expect(await logOf(theirs)).toEqual([]);
  });

  it('serves other processes, with refusals as words', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, theirs, mine, 'friend', 1);
    expect(await internally({ userId: mine, chatId: theirs, chatType: 'friend', seq: 1 })).toEqual({ status: 'marked', lastReadSeq: 1 });
    expect(await internally({ userId: mine, chatId: newId(), chatType: 'friend', seq: 1 })).toEqual({ status: 'refused', code: 'CONVERSATION_NOT_FOUND' });
    expect(await internally({ userId: mine, chatId: newId(), chatType: 'group', seq: 1 })).toEqual({ status: 'refused', code: 'GROUP_NOT_FOUND' });
  });

  it('is 0 for friends who have not written, and keeps working for those who were friends', async () => {
    const [mine, theirs] = await makeFriends(database);
    const chat = { chatId: theirs, chatType: 'friend', seq: 3 };
    expect(await marked(mine, chat)).toBe(0);
    expect(await logOf(mine)).toEqual([]);
    await sendMany(service, theirs, mine, 'friend', 2);
    await unfriend(database, mine, theirs);
    expect(await marked(mine, chat)).toBe(2);
    const refused = await call(newId(), chat);
    expect([refused.status, refused.body]).toMatchObject([404, { code: 'CONVERSATION_NOT_FOUND' }]);
  });

  it('is for members of an open group, and begins where they joined', async () => {
    const [mine, theirs] = [newId(), newId()];
    const group = await makeGroup(database, theirs);
    const chat = { chatId: group, chatType: 'group' };
    await sendMany(service, theirs, group, 'group', 4);
    const stranger = await call(mine, { ...chat, seq: 1 });
    expect([stranger.status, stranger.body]).toMatchObject([403, { code: 'NOT_A_MEMBER' }]);
    await database.query('insert into group_members (group_id, user_id, joined_seq) values ($1, $2, 3)', [group, mine]);
    expect(await marked(mine, { ...chat, seq: 2 })).toBe(3);
    expect(await logOf(mine)).toEqual([]);
    expect(await marked(mine, { ...chat, seq: 4 })).toBe(4);
    await database.query('update groups set closed_at = now() where id = $1', [group]);
    const closed = await call(mine, { ...chat, seq: 4 });
    expect([closed.status, closed.body]).toMatchObject([404, { code: 'GROUP_NOT_FOUND' }]);
  });

  it('goes only forward when devices and sending move it at once, and logs in that order', async () => {
    const [mine, theirs] = await makeFriends(database);
    const chat = { chatId: theirs, chatType: 'friend' };
    await sendMany(service, theirs, mine, 'friend', 40);
    const marks = Array.from({ length: 40 }, (_, index) => ((index * 17) % 40) + 1);
    const answers = await Promise.all([...marks.map((seq) => marked(mine, { ...chat, seq })), sendMany(service, mine, theirs, 'friend', 1)]);
    marks.forEach((seq, index) => { expect(answers[index]).toBeGreaterThanOrEqual(seq); });
    expect(await database.query('select last_read_seq from chats where user_id = $1', [mine])).toEqual([{ last_read_seq: '41' }]);
    const inOrder = announced.toSorted((one, other) => one.event.number - other.event.number).map(({ event }) => (event.kind === 'read' ? event.lastReadSeq : 0));
    expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
  });

  it('answers how far another device was that moved it in between', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, theirs, mine, 'friend', 9);
    const other = new pg.Client({ connectionString: database.administratorUrl });
    await other.connect();
    await other.query('begin');
    await other.query('update chats set last_read_seq = 8 where user_id = $1 and conversation_id = $2', [mine, friendConversationId(mine, theirs)]);
    const waiting = marked(mine, { chatId: theirs, chatType: 'friend', seq: 5 });
    while ((await database.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length === 0) await new Promise(setImmediate);
    await other.query('commit');
    await other.end();
    expect(await waiting).toBe(8);
    expect(announced).toEqual([]);
    expect(await logOf(mine)).toEqual([]);
  });

  it('does not fail when it cannot be announced', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, theirs, mine, 'friend', 1);
    isRedisAway = true;
    expect(await marked(mine, { chatId: theirs, chatType: 'friend', seq: 1 })).toBe(1);
    expect(await logOf(mine)).toHaveLength(1);
  });
});
