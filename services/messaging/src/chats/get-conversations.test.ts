import type { Conversation } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { testToken, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { befriend, entry, makeFriends, makeGroup, send, sendMany, unfriend, withOneService } from '../messaging.fixture';

describe('get-conversations', () => {
  let database: TestDatabase;
  let service: Service;
  withOneService((given) => { ({ database, service } = given); });

  interface Page { data: Conversation[]; nextCursor?: string }
  const call = (userId: string, body: object = {}) => request(service.app).post('/api/v1/get-conversations').send({ token: testToken(userId), ...body });
  const page = async (userId: string, body: object = {}): Promise<Page> => {
    const reply = await call(userId, body);
    expect([reply.status, reply.body]).toMatchObject([200, { success: true, message: 'Conversations retrieved successfully' }]);
    return reply.body as Page;
  };
  const chatIds = async (userId: string) => (await page(userId)).data.map(({ chatId }) => chatId);
  /** Times are kept to the millisecond. */
  const nextMoment = () => database.query('select pg_sleep(0.002)');
  /** A friend who has a name. */
  const makeAda = async (friendId: string): Promise<string> => {
    const id = newId();
    await database.query(
      `insert into users (id, email, user_name, profile_image, password_hash, pepper_id, updated_at) values ($1, $2, 'ada', 'ada.png', 'x', 'x', now())`, [id, `${id}@example.com`]);
    await befriend(database, id, friendId);
    return id;
  };

  it('shows who or what each is with, the last message, and what is unread', async () => {
    const mine = newId();
    const ada = await makeAda(mine);
    const group = await makeGroup(database, mine, ada);
    await sendMany(service, ada, group, 'group', 2);
    await nextMoment();
    await sendMany(service, mine, ada, 'friend', 2);
    const sent = entry(ada, mine, { message: 'last', messageType: 'IMAGE' });
    await send(service, [sent]);
    const { data, nextCursor } = await page(mine);
    expect(nextCursor).toBeUndefined();
    expect(data).toEqual([
      {
        chatId: ada, chatType: 'friend', user_name: 'ada', profile_image: 'ada.png', lastSeq: 3, lastRevision: 0, lastReadSeq: 2, unread: 1,
        lastMessage: {
          id: expect.any(String) as string, seq: 3, clientMessageId: sent.clientMessageId, from: ada, to: mine, message: 'last', messageType: 'IMAGE', revision: 0,
          createdAt: expect.any(String) as string, updatedAt: expect.any(String) as string,
        },
      },
      {
        chatId: group, chatType: 'group', user_name: 'climbers', profile_image: null, lastSeq: 2, lastRevision: 0, lastReadSeq: 0, unread: 2,
        lastMessage: expect.objectContaining({ seq: 2, from: ada, to: group, message: 'message 2' }) as object,
      },
    ]);
    expect((await page(ada)).data).toMatchObject([{ chatId: mine, user_name: null, lastReadSeq: 3, unread: 0 }, { chatId: group, lastReadSeq: 2, unread: 0 }]);
  });

  it('counts what was written before a member joined as read, and no more', async () => {
    const [early, late] = [newId(), newId()];
    const group = await makeGroup(database, early);
    await sendMany(service, early, group, 'group', 3);
    await database.query('insert into group_members (group_id, user_id, joined_seq) values ($1, $2, 3)', [group, late]);
    await sendMany(service, early, group, 'group', 2);
    expect((await page(late)).data).toMatchObject([{ lastSeq: 5, lastReadSeq: 3, unread: 2 }]);
    await sendMany(service, late, group, 'group', 1);
    expect((await page(late)).data).toMatchObject([{ lastSeq: 6, lastReadSeq: 6, unread: 0 }]);
  });

  it('lists my open groups and the friend chats that have begun, a former friend\'s too', async () => {
    const [mine, friend] = await makeFriends(database);
    const silent = newId();
    await befriend(database, mine, silent);
    const [open, closed, left] = [await makeGroup(database, mine), await makeGroup(database, mine), await makeGroup(database, mine)];
    for (const group of [open, closed, left]) await sendMany(service, mine, group, 'group', 1);
    await nextMoment();
    await sendMany(service, friend, mine, 'friend', 1);
    await database.query('update groups set closed_at = now() where id = $1', [closed]);
    await database.query('delete from group_members where group_id = $1', [left]);
    await unfriend(database, mine, friend);
    expect(await chatIds(mine)).toEqual([friend, open]);
    expect(await chatIds(silent)).toEqual([]);
  });

  it('puts the newest message first, and a group without one where it was joined', async () => {
    const mine = newId();
    const [first, second] = [await makeAda(mine), await makeAda(mine)];
    const [quiet, busy] = [await makeGroup(database, mine), await makeGroup(database, mine)];
    await sendMany(service, mine, first, 'friend', 1);
    await nextMoment();
    await sendMany(service, second, mine, 'friend', 1);
    await nextMoment();
    await sendMany(service, mine, busy, 'group', 1);
    expect(await chatIds(mine)).toEqual([busy, second, first, quiet]);
    await nextMoment();
    await database.query('update group_members set joined_at = now() where group_id = $1', [quiet]);
    await nextMoment();
    await sendMany(service, mine, first, 'friend', 1);
    expect(await chatIds(mine)).toEqual([first, quiet, busy, second]);
  });

  it('pages through all, each once, also those of one moment', async () => {
    const mine = newId();
    const groups = await Promise.all(Array.from({ length: 7 }, () => makeGroup(database, mine)));
    await database.query(`update group_members set joined_at = '2026-01-01T00:00:00.123Z' where user_id = $1`, [mine]);
    const friends = await Promise.all(Array.from({ length: 4 }, () => makeAda(mine)));
    // One batch: its messages have one time.
    await send(service, friends.map((friend) => entry(mine, friend)));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, nextCursor } = await page(mine, { limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      expect(data.length).toBe(nextCursor === undefined ? 2 : 3);
      seen.push(...data.map(({ chatId }) => chatId));
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual((await chatIds(mine)));
    expect(seen.slice(0, 4).sort()).toEqual(friends.sort());
    expect(seen.slice(4).sort()).toEqual(groups.sort());
  });

  it('refuses a cursor that it did not give', async () => {
    const reply = await call(newId(), { cursor: 'nonsense' });
    expect([reply.status, reply.body]).toMatchObject([400, { code: 'INVALID_REQUEST', errors: [{ field: 'cursor' }] }]);
  });
});
