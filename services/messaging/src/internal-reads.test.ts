import type { InternalCallName, InternalCalls } from '@chat-backend/contracts';
import { friendConversationId, newId } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { startMessaging } from './main';
import { makeFriends, makeGroup, sendMany } from './messaging.fixture';

describe('what other processes ask', () => {
  let database: TestDatabase;
  let service: Service;
  const context = () => createTestContext(database);
  beforeAll(async () => {
    database = await createTestDatabase();
    service = await startMessaging(context(), { sweepEveryMs: 3_600_000 });
  });
  afterAll(async () => {
    await service.drain();
    await service.close();
    await database.drop();
  });

  const call = async <Name extends InternalCallName>(name: Name, body: InternalCalls[Name]['request']): Promise<InternalCalls[Name]['reply']> => {
    const reply = await request(service.app).post(`/internal/${name}`).set({ authorization: `Internal ${context().keys.internal[0].toString('hex')}` }).send(body);
    expect(reply.status).toBe(200);
    return reply.body as InternalCalls[Name]['reply'];
  };

  it('groups-of-users: each user\'s open groups, with version and last number', async () => {
    const [one, other, alone] = [newId(), newId(), newId()];
    const [both, quiet, closed] = [await makeGroup(database, one, other), await makeGroup(database, other), await makeGroup(database, one)];
    await database.query('update groups set closed_at = now() where id = $1', [closed]);
    await sendMany(service, one, both, 'group', 3);
    const state = (groupId: string, lastSeq: number) => ({ groupId, membershipVersion: 7, lastSeq });
    expect(await call('groups-of-users', { userIds: [alone, other, one] })).toEqual({ groups: [[], [state(both, 3), state(quiet, 0)], [state(both, 3)]] });
    expect(await call('groups-of-users', { userIds: [] })).toEqual({ groups: [] });
  });

  it('members-among: who of them is a member now', async () => {
    const [one, other, stranger] = [newId(), newId(), newId()];
    const group = await makeGroup(database, one, other);
    expect(await call('members-among', { groupId: group, userIds: [stranger, other] })).toEqual({ membershipVersion: 7, memberIds: [other] });
    expect(await call('members-among', { groupId: newId(), userIds: [one] })).toEqual({ membershipVersion: 0, memberIds: [] });
  });

  it('members-among: all of a group that is not too large for it, else who of them is', async () => {
    const members = [newId(), newId()];
    const groupId = await makeGroup(database, ...members);
    const { memberIds, ...said } = await call('members-among', { groupId, userIds: [], allUpTo: 2 });
    expect([memberIds.toSorted(), said]).toEqual([members.toSorted(), { membershipVersion: 7, areAll: true }]);
    expect(await call('members-among', { groupId, userIds: members.slice(1), allUpTo: 1 })).toEqual({ membershipVersion: 7, memberIds: members.slice(1) });
    expect(await call('members-among', { groupId: newId(), userIds: members, allUpTo: 2 })).toEqual({ membershipVersion: 0, memberIds: [], areAll: true });
  });

  it('messages-between: in order, without the bounds, at most 500', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 502);
    const conversationId = friendConversationId(mine, theirs);
    const between = async (afterSeq: number, beforeSeq: number) => (await call('messages-between', { conversationId, afterSeq, beforeSeq })).messages;
    expect(await between(3, 6)).toMatchObject([
      { conversationId, message: { from: mine, to: theirs, seq: 4, chatType: 'friend', message: 'message 4' } }, { conversationId, message: { seq: 5, message: 'message 5' } },
    ]);
    expect((await between(3, 6))[0]).not.toHaveProperty('membershipVersion');
    expect((await between(1, 1_000)).map(({ message }) => message.seq)).toEqual(Array.from({ length: 500 }, (_, index) => index + 2));
    expect(await between(5, 6)).toEqual([]);
  });

  it('messages-between: a group\'s messages name the membership version of now', async () => {
    const member = newId();
    const group = await makeGroup(database, member);
    await sendMany(service, member, group, 'group', 1);
    await database.query('update groups set membership_version = 9 where id = $1', [group]);
    expect(await call('messages-between', { conversationId: group, afterSeq: 0, beforeSeq: 9 })).toMatchObject({ messages: [{ membershipVersion: 9, message: { seq: 1, chatType: 'group' } }] });
  });

  it('messages-between: an edited message goes out as it is now', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 1);
    await request(service.app).post('/api/v1/edit-message').send({ token: testToken(mine), chatId: theirs, chatType: 'friend', seq: 1, message: 'better' }).expect(200);
    expect(await call('messages-between', { conversationId: friendConversationId(mine, theirs), afterSeq: 0, beforeSeq: 9 })).toMatchObject({ messages: [{ message: { seq: 1, message: 'better' } }] });
  });

  it('lowest-unpushed: the lowest number of each conversation whose outbox entry is there', async () => {
    const [mine, theirs] = await makeFriends(database);
    const [conversationId, quiet] = [friendConversationId(mine, theirs), newId()];
    const lowest = async () => (await call('lowest-unpushed', { conversationIds: [quiet, conversationId] })).seqs;
    const sendOne = async (pushed: (string | null)[]): Promise<string | null> => (await call('send-batch', {
      entries: [{ senderId: mine, to: theirs, chatType: 'friend', message: 'x', messageType: 'TEXT', clientMessageId: newId() }], pushed: pushed.flatMap((id) => id ?? []),
    })).outboxId;
    expect(await lowest()).toEqual([null, null]);
    const first = await sendOne([]);
    const second = await sendOne([]);
    expect(await lowest()).toEqual([null, 1]);
    const third = await sendOne([first]);
    expect(await lowest()).toEqual([null, 2]);
    await call('send-batch', { entries: [], pushed: [second, third].flatMap((id) => id ?? []) });
    expect(await lowest()).toEqual([null, null]);
  });

  it('lowest-unpushed: of an outbox that has grown, what is on its way and not what lies behind thousands of entries', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 1);
    const fill = (count: number) => database.query(
      `insert into message_outbox (conversation_ids, seqs, membership_versions) select array[gen_random_uuid()], '{1}', '{0}' from generate_series(1, $1)`, [count]);
    const lowest = async () => (await call('lowest-unpushed', { conversationIds: [friendConversationId(mine, theirs)] })).seqs;
    await fill(4_999);
    expect(await lowest()).toEqual([1]);
    await fill(1);
    expect(await lowest()).toEqual([null]);
    await sendMany(service, mine, theirs, 'friend', 1);
    expect(await lowest()).toEqual([2]);
  });

  it('sync-users and mark-read', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 2);
    expect(await call('mark-read', { userId: theirs, chatId: mine, chatType: 'friend', seq: 2 })).toEqual({ status: 'marked', lastReadSeq: 2 });
    const conversations = [{ chatId: mine, chatType: 'friend' as const, afterSeq: 1, afterRevision: 0 }];
    expect(await call('sync-users', { requests: [{ userId: theirs, request: { afterNumber: 0, conversations } }] })).toMatchObject({
      replies: [{ log: { events: [{ kind: 'read', lastReadSeq: 2 }] }, conversations: [{ toSeq: 2, lastReadSeq: 2, messages: [{ seq: 2 }] }], isComplete: true }],
    });
  });
});
