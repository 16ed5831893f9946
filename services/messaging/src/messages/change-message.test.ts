import type { ChatType, DomainEventPayloads, StoredMessage } from '@chat-backend/contracts';
import { friendConversationId, newId } from '@chat-backend/database';
import { createInProcessEvents, type DomainEvents } from '@chat-backend/events';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import pg from 'pg';
import request from 'supertest';
import { startMessaging } from '../main';
import { befriend, entry, makeFriends, makeGroup, send, sendMany, summary, unfriend } from '../messaging.fixture';

describe('edit-message and delete-message', () => {
  let database: TestDatabase;
  let service: Service;
  let isRedisAway = false;
  const announced: DomainEventPayloads['message.changed'][] = [];
  const events = createInProcessEvents();
  const publish: DomainEvents['publish'] = (name, payload) => (isRedisAway ? Promise.reject(new Error('Redis is away')) : events.publish(name, payload));
  beforeAll(async () => {
    database = await createTestDatabase();
    events.on('message.changed', (payload) => { announced.push(payload); });
    service = await startMessaging(createTestContext(database, { events: { ...events, publish } }), { sweepEveryMs: 3_600_000, patienceMs: 300 });
  });
  beforeEach(() => { isRedisAway = false; announced.length = 0; });
  afterAll(async () => {
    await service.drain();
    await service.close();
    await database.drop();
  });

  interface Named { chatId: string; chatType: ChatType; seq: number }
  const inFriendChat = (chatId: string, seq = 1): Named => ({ chatId, chatType: 'friend', seq });
  const call = (verb: 'edit' | 'delete', userId: string, body: object) => request(service.app).post(`/api/v1/${verb}-message`).send({ token: testToken(userId), ...body });
  const changed = async (verb: 'edit' | 'delete', userId: string, body: object): Promise<StoredMessage> => {
    const reply = await call(verb, userId, body);
    expect([reply.status, reply.body]).toMatchObject([200, { success: true, message: verb === 'edit' ? 'Message edited successfully' : 'Message deleted successfully' }]);
    return (reply.body as { data: StoredMessage }).data;
  };
  const edit = (userId: string, named: Named, message: string) => changed('edit', userId, { ...named, message });
  const remove = (userId: string, named: Named) => changed('delete', userId, named);
  const refused = async (verb: 'edit' | 'delete', userId: string, body: object, status: number, code: string): Promise<void> => {
    const reply = await call(verb, userId, { message: 'never', ...body });
    expect([reply.status, reply.body]).toMatchObject([status, { success: false, code }]);
  };
  const read = async (userId: string, chatId: string): Promise<StoredMessage[]> => {
    const reply = await request(service.app).post('/api/v1/get-messages').send({ token: testToken(userId), chatId, chatType: 'friend' });
    return (reply.body as { data: StoredMessage[] }).data;
  };
  const revisions = async (conversationId: string) =>
    (await database.query<{ revision: string }>('select revision from messages where conversation_id = $1 and revision > 0 order by revision', [conversationId])).map(({ revision }) => Number(revision));

  it('gives a message another text, the next revision and a later time; everything else stays', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 2);
    const [, second] = await read(theirs, mine);
    const edited = await edit(mine, inFriendChat(theirs, 2), 'better');
    expect(edited).toEqual({ ...second, message: 'better', revision: 1, updatedAt: expect.any(String) as string });
    expect(edited.updatedAt >= edited.createdAt).toBe(true);
    expect(await read(theirs, mine)).toEqual([expect.objectContaining({ message: 'message 1', revision: 0 }), edited]);
    expect(announced).toEqual([{ changed: [{ conversationId: friendConversationId(mine, theirs), message: { ...edited, chatType: 'friend' } }] }]);
  });

  it('leaves what says that already as it is', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 1);
    const [as] = await read(mine, theirs);
    expect(await edit(mine, inFriendChat(theirs), 'message 1')).toEqual(as);
    expect(announced).toEqual([]);
    expect(await revisions(friendConversationId(mine, theirs))).toEqual([]);
  });

  it('leaves an image and a video a link that is safe to follow', async () => {
    const [mine, theirs] = await makeFriends(database);
    for (const messageType of ['IMAGE', 'VIDEO'] as const) await send(service, [entry(mine, theirs, { message: 'https://example.com/a', messageType })]);
    for (const seq of [1, 2]) {
      await refused('edit', mine, { ...inFriendChat(theirs, seq), message: 'javascript:alert(1)' }, 400, 'INVALID_REQUEST');
      expect(await edit(mine, inFriendChat(theirs, seq), 'https://example.com/b')).toMatchObject({ message: 'https://example.com/b', revision: seq });
    }
    await send(service, [entry(mine, theirs, { message: 'text' })]);
    expect(await edit(mine, inFriendChat(theirs, 3), 'javascript:alert(1)')).toMatchObject({ message: 'javascript:alert(1)' });
  });

  it('takes a message back for good: it keeps its place and loses its text', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 2);
    const deleted = await remove(mine, inFriendChat(theirs));
    expect(deleted).toMatchObject({ seq: 1, message: '', revision: 1, deletedAt: deleted.updatedAt });
    expect(await read(theirs, mine)).toEqual([deleted, expect.objectContaining({ seq: 2 })]);
    expect(announced).toMatchObject([{ changed: [{ message: { seq: 1, message: '', deletedAt: deleted.deletedAt } }] }]);
    await refused('edit', mine, inFriendChat(theirs), 404, 'MESSAGE_NOT_FOUND');
    await refused('delete', mine, inFriendChat(theirs), 404, 'MESSAGE_NOT_FOUND');
    expect(await database.query('select last_revision from conversations where id = $1', [friendConversationId(mine, theirs)])).toEqual([{ last_revision: '1' }]);
  });

  it('names the membership version that a group message was changed under', async () => {
    const mine = newId();
    const group = await makeGroup(database, mine);
    await sendMany(service, mine, group, 'group', 1);
    await edit(mine, { chatId: group, chatType: 'group', seq: 1 }, 'better');
    expect(announced).toMatchObject([{ changed: [{ conversationId: group, membershipVersion: 7, message: { to: group, chatType: 'group', message: 'better' } }] }]);
  });

  it('is for the sender alone, of a message that is there', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 1);
    for (const verb of ['edit', 'delete'] as const) {
      await refused(verb, theirs, inFriendChat(mine), 403, 'NOT_THE_SENDER');
      for (const seq of [0, 2, Number.MAX_SAFE_INTEGER]) await refused(verb, mine, inFriendChat(theirs, seq), 404, 'MESSAGE_NOT_FOUND');
    }
  });

  it('is for who may still write there', async () => {
    const [mine, former] = await makeFriends(database);
    const [blocker, blocked, stranger] = [newId(), newId(), newId()];
    for (const friend of [blocker, blocked]) await befriend(database, mine, friend);
    const [left, closed] = [await makeGroup(database, mine), await makeGroup(database, mine)];
    for (const friend of [former, blocker, blocked]) await sendMany(service, mine, friend, 'friend', 1);
    for (const group of [left, closed]) await sendMany(service, mine, group, 'group', 1);
    await unfriend(database, mine, former);
    await database.query('insert into blocks (blocker_id, blocked_id) values ($1, $2), ($2, $3)', [blocker, mine, blocked]);
    await database.query('delete from group_members where group_id = $1', [left]);
    await database.query('update groups set closed_at = now() where id = $1', [closed]);
    for (const verb of ['edit', 'delete'] as const) {
      for (const friend of [former, blocker, blocked, stranger, mine]) await refused(verb, mine, inFriendChat(friend), 403, 'NOT_FRIENDS');
      for (const group of [left, closed, newId()]) await refused(verb, mine, { chatId: group, chatType: 'group', seq: 1 }, 403, 'NOT_A_MEMBER');
    }
    expect(await database.query('select 1 from messages where sender_id = $1 and revision > 0', [mine])).toEqual([]);
  });

  it('numbers the changes of a conversation without a gap, however many come at once', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 12);
    await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 3 === 0
      ? remove(mine, inFriendChat(theirs, index + 1)) : edit(mine, inFriendChat(theirs, index + 1), `better ${index}`))));
    expect(await revisions(friendConversationId(mine, theirs))).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  it('a send that is repeated after a change is still the same send, and another one is not', async () => {
    const [mine, theirs] = await makeFriends(database);
    const [edited, deleted] = [entry(mine, theirs, { message: 'first' }), entry(mine, theirs, { message: 'second' })];
    await send(service, [edited, deleted]);
    await edit(mine, inFriendChat(theirs, 1), 'better');
    await edit(mine, inFriendChat(theirs, 1), 'best');
    await edit(mine, inFriendChat(theirs, 2), 'gone');
    await remove(mine, inFriendChat(theirs, 2));
    const again = [edited, { ...edited, message: 'best' }, { ...edited, messageType: 'IMAGE' as const }, deleted, { ...deleted, message: 'gone' }];
    const summaries = await Promise.all(again.map(async (sent) => (await send(service, [sent])).results.map(summary)[0]));
    expect(summaries).toEqual(['duplicate 1', 'IDEMPOTENCY_CONFLICT', 'IDEMPOTENCY_CONFLICT', 'duplicate 2', 'IDEMPOTENCY_CONFLICT']);
    expect((await read(mine, theirs)).map(({ message }) => message)).toEqual(['best', '']);
  });

  it('says BUSY while somebody else holds the conversation, and judges by what they committed', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 1);
    const other = new pg.Client({ connectionString: database.administratorUrl });
    await other.connect();
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [friendConversationId(mine, theirs)]);
    await refused('edit', mine, inFriendChat(theirs), 503, 'BUSY');
    await other.query('delete from friendships where $1 in (low_user_id, high_user_id)', [mine]);
    const waiting = refused('edit', mine, inFriendChat(theirs), 403, 'NOT_FRIENDS');
    while ((await database.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`)).length === 0) await new Promise(setImmediate);
    await other.query('commit');
    await other.end();
    await waiting;
  });

  it('does not fail when it cannot be announced', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 1);
    isRedisAway = true;
    expect(await edit(mine, inFriendChat(theirs), 'better')).toMatchObject({ message: 'better', revision: 1 });
  });

  it('takes no send\'s place, while changes wait for their conversations', async () => {
    const context = createTestContext(database);
    const patient = await startMessaging(context, { sweepEveryMs: 3_600_000, patienceMs: 7_500 });
    const pairs = await Promise.all(Array.from({ length: 3 }, () => makeFriends(database)));
    for (const [mine, theirs] of pairs) await sendMany(patient, mine, theirs, 'friend', 1);
    const hold = async ([mine, theirs]: [string, string]): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: database.administratorUrl });
      await client.connect();
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [friendConversationId(mine, theirs)]);
      return client;
    };
    const [released, ...others] = await Promise.all(pairs.map(hold));
    const [[sender, reader] = ['', ''], ...changedPairs] = pairs;
    /** For a lock, or for a connection. */
    const waitFor = async (count: number): Promise<void> => {
      const waiting = async (): Promise<number> => {
        const locks = await database.query(`select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`);
        const connections = await context.metrics.getSingleMetric('chat_database_waiting')?.get();
        return locks.length + (connections?.values ?? []).reduce((sum, { value }) => sum + value, 0);
      };
      while (await waiting() < count) await new Promise(setImmediate);
    };
    const changes = Promise.all(changedPairs.map(([mine, theirs]) =>
      request(patient.app).post('/api/v1/edit-message').send({ token: testToken(mine), ...inFriendChat(theirs), message: 'better' }).then(({ status }) => status)));
    await waitFor(changedPairs.length);
    const sending = send(patient, [entry(sender, reader)]);
    await waitFor(changedPairs.length + 1);
    await released?.end();
    expect((await sending).results.map(summary)).toEqual(['stored 2']);
    await Promise.all(others.map((holder) => holder.end()));
    await changes;
    await patient.drain();
    await patient.close();
  });
});
