import type { Conversation, StoredMessage, SyncReply } from '@chat-backend/contracts';
import { refuse, succeed, succeedWith } from './api-client';
import { newFriends, newGroup, newPerson, type TestPerson } from './people';
import type { CurrentShape } from './shape';
import { connectSocket, type Outgoing, type TestSocket } from './socket-client';

const seqsOf = (messages: readonly { seq: number }[]): number[] => messages.map(({ seq }) => seq);

/** The calls by which a client learns what it missed, and those that change what it has. */
export const describeCatchingUp = (shape: CurrentShape): void => {
  const sockets: TestSocket[] = [];
  afterEach(() => { for (const socket of sockets.splice(0)) socket.close(); });
  const storeAll = async (person: TestPerson, ...messages: Outgoing[]): Promise<TestSocket> => {
    const socket = await connectSocket(shape().socketUrls[0], person.token);
    sockets.push(socket);
    for (const message of messages) await socket.store(message);
    return socket;
  };
  const toFriend = ({ id: to }: TestPerson, message: string): Outgoing => ({ to, chatType: 'friend', message });
  const sync = ({ token }: TestPerson, body: object): Promise<SyncReply> => succeedWith<SyncReply>(shape().url, 'sync', { token, ...body });
  const conversations = ({ token }: TestPerson): Promise<Conversation[]> => succeedWith<Conversation[]>(shape().url, 'get-conversations', { token });

  it('get-conversations shows what is unread, and mark-read reads it', async () => {
    const [one, other] = await newFriends(shape());
    const groupId = await newGroup(shape(), one, [other]);
    expect(await conversations(other)).toMatchObject([{ chatId: groupId, chatType: 'group', lastSeq: 0, unread: 0, lastMessage: null }]);
    await storeAll(one, toFriend(other, 'first'), toFriend(other, 'second'), { to: groupId, chatType: 'group', message: 'to all' });
    expect(await conversations(other)).toMatchObject([
      { chatId: groupId, lastSeq: 1, unread: 1, lastMessage: { message: 'to all' } },
      { chatId: one.id, chatType: 'friend', lastSeq: 2, lastReadSeq: 0, unread: 2, lastMessage: { message: 'second', from: one.id } },
    ]);
    expect(await conversations(one)).toMatchObject([{ chatId: groupId, unread: 0 }, { chatId: other.id, unread: 0 }]);
    const mark = (seq: number): Promise<unknown> => succeedWith(shape().url, 'mark-read', { token: other.token, chatId: one.id, chatType: 'friend', seq });
    expect([await mark(1), await mark(0), await mark(99)]).toEqual([{ lastReadSeq: 1 }, { lastReadSeq: 1 }, { lastReadSeq: 2 }]);
    expect(await conversations(other)).toMatchObject([{ chatId: groupId, unread: 1 }, { chatId: one.id, lastReadSeq: 2, unread: 0 }]);
    expect((await sync(other, { afterNumber: 0 })).log.events).toContainEqual(expect.objectContaining({ kind: 'read', chatId: one.id, chatType: 'friend', lastReadSeq: 2 }));
    const stranger = await newPerson(shape());
    await refuse(shape().url, 'mark-read', { token: stranger.token, chatId: one.id, chatType: 'friend', seq: 1 }, 404, 'CONVERSATION_NOT_FOUND');
    await refuse(shape().url, 'mark-read', { token: stranger.token, chatId: groupId, chatType: 'group', seq: 1 }, 403, 'NOT_A_MEMBER');
  });

  it('edit-message and delete-message change one\'s own message, and its repeated send is still known', async () => {
    const [one, other] = await newFriends(shape());
    const clientMessageId = '11111111-1111-4111-8111-111111111111';
    const socket = await storeAll(one, { ...toFriend(other, 'wrnog'), clientMessageId }, toFriend(other, 'regretted'));
    const chat = { token: one.token, chatId: other.id, chatType: 'friend' };
    const edited = await succeedWith<StoredMessage>(shape().url, 'edit-message', { ...chat, seq: 1, message: 'wrong' });
    const deleted = await succeedWith<StoredMessage>(shape().url, 'delete-message', { ...chat, seq: 2 });
    expect([edited, deleted]).toMatchObject([{ seq: 1, message: 'wrong', revision: 1 }, { seq: 2, message: '', revision: 2, deletedAt: deleted.updatedAt }]);
    expect(await succeedWith(shape().url, 'get-messages', { token: other.token, chatId: one.id, chatType: 'friend' })).toEqual([edited, deleted]);
    await refuse(shape().url, 'edit-message', { ...chat, token: other.token, chatId: one.id, seq: 1, message: 'not mine' }, 403, 'NOT_THE_SENDER');
    await refuse(shape().url, 'edit-message', { ...chat, seq: 2, message: 'again' }, 404, 'MESSAGE_NOT_FOUND');
    expect(await socket.store({ ...toFriend(other, 'wrnog'), clientMessageId })).toMatchObject({ id: edited.id, seq: 1 });
    expect(await socket.send({ ...toFriend(other, 'wrong'), clientMessageId })).toMatchObject({ success: false, code: 'IDEMPOTENCY_CONFLICT' });
    await succeed(shape().url, 'remove-friend', { token: other.token, to: one.id });
    await refuse(shape().url, 'delete-message', { ...chat, seq: 1 }, 403, 'NOT_FRIENDS');
  });

  it('sync reads on from where a client is, and tells who left a group that it is gone', async () => {
    const [one, other] = await newFriends(shape());
    const groupId = await newGroup(shape(), one, [other]);
    await storeAll(one, toFriend(other, 'first'), toFriend(other, 'second'), toFriend(other, 'third'), { to: groupId, chatType: 'group', message: 'to all' });
    await succeed(shape().url, 'edit-message', { token: one.token, chatId: other.id, chatType: 'friend', seq: 1, message: 'better' });
    const cursors = [{ chatId: one.id, chatType: 'friend', afterSeq: 1, afterRevision: 0 }, { chatId: groupId, chatType: 'group', afterSeq: 0, afterRevision: 0 }];
    const missed = await sync(other, { conversations: cursors });
    expect(missed.isComplete).toBe(true);
    expect(missed.conversations).toMatchObject([
      { chatId: one.id, gone: false, fromSeq: 1, toSeq: 3, fromRevision: 0, toRevision: 1, changed: [{ seq: 1, message: 'better' }] }, { chatId: groupId, gone: false, toSeq: 1 },
    ]);
    expect(missed.conversations.map(({ messages }) => seqsOf(messages))).toEqual([[2, 3], [1]]);
    await succeed(shape().url, 'leave-group', { token: other.token, groupId });
    expect((await sync(other, { conversations: cursors })).conversations).toMatchObject([{ gone: false }, { chatId: groupId, gone: true, lastSeq: 0, messages: [] }]);
    expect(await conversations(other)).toMatchObject([{ chatId: one.id }]);
  });
};
