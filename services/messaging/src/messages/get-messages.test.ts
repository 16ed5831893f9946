import type { StoredMessage } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { testToken, type TestDatabase } from '@chat-backend/testing';
import pg from 'pg';
import request from 'supertest';
import { entry, makeFriends, makeGroup, send, sendMany, unfriend, withOneService } from '../messaging.fixture';

describe('get-messages', () => {
  let database: TestDatabase;
  let service: Service;
  withOneService((given) => { ({ database, service } = given); });

  const call = (userId: string, body: object) => request(service.app).post('/api/v1/get-messages').send({ token: testToken(userId), ...body });
  const read = async (userId: string, body: object): Promise<StoredMessage[]> => {
    const reply = await call(userId, body);
    expect(reply.status).toBe(200);
    return (reply.body as { data: StoredMessage[] }).data;
  };
  const seqs = async (userId: string, body: object) => (await read(userId, body)).map(({ seq }) => seq);
  const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

  it('answers as documented, the same to both friends; `to` is whom the sender named', async () => {
    const [mine, theirs] = await makeFriends(database);
    const sent = entry(mine, theirs, { message: 'hi 🧗', messageType: 'VIDEO' });
    const { results: [result] } = await send(service, [sent]);
    const stored = result?.status === 'stored' ? result.committed.message : undefined;
    const expected = {
      success: true, message: 'Messages retrieved successfully',
      data: [{
        id: stored?.id, seq: 1, clientMessageId: sent.clientMessageId, from: mine, to: theirs, message: 'hi 🧗', messageType: 'VIDEO',
        createdAt: stored?.createdAt, updatedAt: stored?.createdAt, revision: 0,
      }],
    };
    expect((await call(mine, { chatId: theirs, chatType: 'friend' })).body).toEqual(expected);
    expect((await call(theirs, { chatId: mine, chatType: 'friend' })).body).toEqual(expected);
  });

  it('pages both ways, always oldest first; the newest 50 without paging fields', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 120);
    const chat = { chatId: theirs, chatType: 'friend' };
    expect(await seqs(mine, chat)).toEqual(range(71, 120));
    expect(await seqs(mine, { ...chat, limit: 3 })).toEqual([118, 119, 120]);
    expect(await seqs(mine, { ...chat, beforeSeq: 71, limit: 100 })).toEqual(range(1, 70));
    expect(await seqs(mine, { ...chat, beforeSeq: 71 })).toEqual(range(21, 70));
    expect(await seqs(mine, { ...chat, afterSeq: 0, limit: 2 })).toEqual([1, 2]);
    expect(await seqs(mine, { ...chat, afterSeq: 100 })).toEqual(range(101, 120));
    expect(await seqs(mine, { ...chat, afterSeq: 5, beforeSeq: 9 })).toEqual([6, 7, 8]);
    expect(await seqs(mine, { ...chat, afterSeq: 120 })).toEqual([]);
    expect(await seqs(mine, { ...chat, beforeSeq: 0 })).toEqual([]);
    expect((await call(mine, { ...chat, limit: 101 })).status).toBe(400);
    expect((await call(mine, { ...chat, afterSeq: -1 })).status).toBe(400);
  });

  it('lets friends read an empty chat, and both keep a history that friendship outlived; strangers find nothing', async () => {
    const [mine, theirs] = await makeFriends(database);
    const chat = { chatId: theirs, chatType: 'friend' };
    expect(await seqs(mine, chat)).toEqual([]);
    await sendMany(service, mine, theirs, 'friend', 1);
    await unfriend(database, mine, theirs);
    expect(await seqs(mine, chat)).toEqual([1]);
    expect(await seqs(theirs, { chatId: mine, chatType: 'friend' })).toEqual([1]);
    expect(await seqs(theirs, { chatId: mine, chatType: 'friend', afterSeq: 1 })).toEqual([]);
    for (const [userId, chatId] of [[newId(), theirs], [mine, newId()], [mine, mine]] as const) {
      const refused = await call(userId, { chatId, chatType: 'friend' });
      expect([refused.status, refused.body]).toMatchObject([404, { code: 'CONVERSATION_NOT_FOUND' }]);
    }
  });

  it('lets members read a group, and nobody else', async () => {
    const [member, joinedLater] = [newId(), newId()];
    const group = await makeGroup(database, member);
    const chat = { chatId: group, chatType: 'group' };
    expect(await seqs(member, chat)).toEqual([]);
    await sendMany(service, member, group, 'group', 3);
    const refused = await call(joinedLater, chat);
    expect([refused.status, refused.body]).toMatchObject([403, { code: 'NOT_A_MEMBER' }]);
    await database.query('insert into group_members (group_id, user_id) values ($1, $2)', [group, joinedLater]);
    expect(await seqs(joinedLater, chat)).toEqual([1, 2, 3]);
    expect(await read(joinedLater, { ...chat, limit: 1 })).toMatchObject([{ from: member, to: group, seq: 3 }]);
    await database.query('delete from group_members where group_id = $1 and user_id = $2', [group, joinedLater]);
    expect((await call(joinedLater, { ...chat, afterSeq: 0 })).status).toBe(403);
    const absent = await call(member, { chatId: newId(), chatType: 'group' });
    expect([absent.status, absent.body]).toMatchObject([404, { code: 'GROUP_NOT_FOUND' }]);
  });

  it('does not open a friend chat to who names its id as a group', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 1);
    const [row] = await database.query<{ id: string }>('select conversation_id as id from messages where sender_id = $1', [mine]);
    expect((await call(newId(), { chatId: row?.id, chatType: 'group' })).status).toBe(404);
  });

  it('may succeed later where a lock is in its way for too long', async () => {
    const [mine, theirs] = await makeFriends(database);
    const other = new pg.Client({ connectionString: database.administratorUrl });
    await other.connect();
    await other.query('begin');
    await other.query('lock table messages');
    const reply = await call(mine, { chatId: theirs, chatType: 'friend' });
    expect([reply.status, reply.headers['retry-after'], reply.body]).toMatchObject([503, '1', { code: 'UNAVAILABLE' }]);
    await other.end();
  });
});
