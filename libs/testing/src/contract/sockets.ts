import { randomUUID } from 'node:crypto';
import type { StoredMessage } from '@chat-backend/contracts';
import { succeed, succeedWith } from './api-client';
import { newFriends, newGroup, newPerson, type TestPerson } from './people';
import { connectSocket, type TestSocket } from './socket-client';
import { storedRows } from './stored-rows';
import type { CurrentShape } from './shape';

const manyMessages = 200;

/** Both documented events, and what is promised of them. */
export const describeSockets = (shape: CurrentShape): void => {
  const sockets: TestSocket[] = [];
  const online = async (person: TestPerson, which: 0 | 1, options = {}): Promise<TestSocket> => {
    const socket = await connectSocket(shape().socketUrls[which], person.token, options);
    sockets.push(socket);
    return socket;
  };
  const throughGateway = async (person: TestPerson, options: Parameters<typeof connectSocket>[2]): Promise<TestSocket> => {
    const socket = await connectSocket(shape().url, person.token, options);
    sockets.push(socket);
    return socket;
  };
  afterEach(() => { for (const socket of sockets.splice(0)) socket.close(); });

  it('a message reaches the recipient\'s and the sender\'s other sockets on every process, and not the sending one', async () => {
    const [one, other] = await newFriends(shape());
    const sending = await online(one, 0);
    const others = [await online(one, 0), await online(one, 1), await online(other, 0), await online(other, 1)];
    const sent = await sending.store({ to: other.id, chatType: 'friend', message: 'to all', messageType: 'IMAGE' });
    for (const { receive } of others) {
      expect(await receive(1)).toEqual([{
        to: other.id, from: one.id, id: sent.id, seq: 1, clientMessageId: sent.clientMessageId, createdAt: sent.createdAt, chatType: 'friend', messageType: 'IMAGE', message: 'to all',
      }]);
    }
    expect(sending.received).toEqual([]);
  });

  it(`${manyMessages} messages of two senders arrive in one order, everywhere`, async () => {
    const [one, other] = await newFriends(shape());
    const third = await newPerson(shape());
    const groupId = await newGroup(shape(), one, [other, third]);
    const [atOne, atOther] = [await online(one, 0), await online(other, 1)];
    const listening = [await online(third, 0), await online(third, 1)];
    const replies = await Promise.all(Array.from({ length: manyMessages }, (_, number) =>
      (number % 2 === 0 ? atOne : atOther).store({ to: groupId, chatType: 'group', message: `message ${number}` })));
    const expected = Array.from({ length: manyMessages }, (_, index) => index + 1);
    expect(replies.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(expected);
    for (const parity of [0, 1]) {
      const ofOneSender = replies.filter((_, number) => number % 2 === parity).map(({ seq }) => seq);
      expect(ofOneSender).toEqual(ofOneSender.toSorted((a, b) => a - b));
    }
    for (const { receive } of listening) expect((await receive(manyMessages)).map(({ seq }) => seq)).toEqual(expected);
    for (const { receive } of [atOne, atOther]) expect((await receive(manyMessages / 2)).map(({ seq }) => seq)).toEqual((await receive(manyMessages / 2)).map(({ seq }) => seq).toSorted((a, b) => a - b));

    const read = async (paging: object) => succeedWith<StoredMessage[]>(shape().url, 'get-messages', { token: third.token, chatId: groupId, chatType: 'group', ...paging });
    expect((await read({})).map(({ seq }) => seq)).toEqual(expected.slice(-50));
    expect((await read({ afterSeq: 0, limit: 100 })).map(({ seq }) => seq)).toEqual(expected.slice(0, 100));
    expect((await read({ beforeSeq: 101, limit: 10 })).map(({ seq }) => seq)).toEqual(expected.slice(90, 100));
  }, 30_000);

  it('a retry is stored once and gets the first reply; the same id with another body is a conflict', async () => {
    const [one, other] = await newFriends(shape());
    const [first, again, atOther] = [await online(one, 0), await online(one, 1), await online(other, 1)];
    const message = { to: other.id, chatType: 'friend', message: 'once', clientMessageId: randomUUID() } as const;
    const reply = await first.store(message);
    expect(await again.store(message)).toEqual(reply);
    const atOnce = { ...message, message: 'at once', clientMessageId: randomUUID() };
    const [a, b] = await Promise.all([first.store(atOnce), again.store(atOnce)]);
    expect(a).toEqual(b);
    expect(await again.send({ ...message, message: 'twice' })).toMatchObject({ success: false, code: 'IDEMPOTENCY_CONFLICT' });
    await first.store({ to: other.id, chatType: 'friend', message: 'last' });
    expect((await atOther.receive(3)).map(({ message: text, seq }) => [text, seq])).toEqual([['once', 1], ['at once', 2], ['last', 3]]);
  });

  it('strangers, non-members and nobody are refused, and nothing is stored', async () => {
    const [one, stranger] = await Promise.all([newPerson(shape()), newPerson(shape())]);
    const groupId = await newGroup(shape(), stranger, []);
    const socket = await online(one, 0);
    const before = await storedRows(shape());
    const send = (to: string, chatType: 'friend' | 'group') => socket.send({ to, chatType, message: 'hello' });
    expect(await send(stranger.id, 'friend')).toMatchObject({ success: false, code: 'NOT_FRIENDS', message: expect.any(String) as string });
    expect(await send(one.id, 'friend')).toMatchObject({ success: false });
    expect(await send(groupId, 'group')).toMatchObject({ success: false, code: 'NOT_A_MEMBER' });
    expect(await send(randomUUID(), 'group')).toMatchObject({ success: false });
    expect(await send(groupId, 'friend')).toMatchObject({ success: false });
    expect(await storedRows(shape())).toEqual(before);
  });

  it('who left or was removed gets nothing that was said afterwards, and can say nothing', async () => {
    const [owner, leaver] = await newFriends(shape());
    const removed = await newPerson(shape());
    const groupId = await newGroup(shape(), owner, [leaver, removed]);
    const [atOwner, atLeaver, atRemoved] = [await online(owner, 0), await online(leaver, 1), await online(removed, 1)];
    await atOwner.store({ to: groupId, chatType: 'group', message: 'before' });
    await Promise.all([atLeaver.receive(1), atRemoved.receive(1)]);
    await succeed(shape().url, 'leave-group', { token: leaver.token, groupId });
    await succeed(shape().url, 'remove-member', { token: owner.token, groupId, userId: removed.id });
    await atOwner.store({ to: groupId, chatType: 'group', message: 'afterwards' });
    for (const { send } of [atLeaver, atRemoved]) expect(await send({ to: groupId, chatType: 'group', message: 'me too' })).toMatchObject({ success: false, code: 'NOT_A_MEMBER' });
    // What was said afterwards would have come before this.
    await atOwner.store({ to: leaver.id, chatType: 'friend', message: 'to you alone' });
    expect((await atLeaver.receive(2)).map(({ message }) => message)).toEqual(['before', 'to you alone']);
    expect(atRemoved.received.map(({ message }) => message)).toEqual(['before']);
  });

  it('who joins while online gets the next message', async () => {
    const [owner, joining] = await Promise.all([newPerson(shape()), newPerson(shape())]);
    const groupId = await newGroup(shape(), owner, []);
    const [atOwner, atJoining] = [await online(owner, 0), await online(joining, 1)];
    await succeed(shape().url, 'join-group', { token: joining.token, groupId });
    const sent = await atOwner.store({ to: groupId, chatType: 'group', message: 'welcome' });
    expect((await atJoining.receive(1)).map(({ id }) => id)).toEqual([sent.id]);
  });

  it('a payload with a fault is refused, and nothing is stored', async () => {
    const [one, other] = await newFriends(shape());
    const stranger = await newPerson(shape());
    const socket = await online(one, 0);
    const right = { to: other.id, chatType: 'friend', message: 'hello', messageType: 'TEXT' };
    const faults: object[] = [
      ...Object.keys(right).map((field) => ({ [field]: undefined })),
      ...Object.keys(right).flatMap((field) => [7, true, null, {}, []].map((value) => ({ [field]: value }))),
      { to: 'somebody' }, { chatType: 'public' }, { messageType: 'AUDIO' }, { message: '' }, { message: 'x'.repeat(8_193) }, { message: 'a\u0000b' }, { message: 'a\ud800' },
      { clientMessageId: 'mine' }, { clientMessageId: 7 },
    ];
    const before = await storedRows(shape());
    const emit = (payload: unknown): Promise<unknown> => socket.socket.timeout(5_000).emitWithAck('sendMessage', payload);
    for (const fault of faults) expect({ fault, reply: await emit({ ...right, ...fault }) }).toMatchObject({ fault, reply: { success: false, code: 'INVALID_REQUEST' } });
    for (const payload of [null, 7, 'text', [], undefined]) expect(await emit(payload)).toMatchObject({ success: false, code: 'INVALID_REQUEST' });
    expect(await emit({ ...right, token: stranger.token })).toMatchObject({ success: false });
    expect(await emit({ ...right, token: 'nonsense' })).toMatchObject({ success: false });
    expect(await storedRows(shape())).toEqual(before);
    expect(await emit({ ...right, token: one.token, unknown: 'field' })).toMatchObject({ to: other.id, from: one.id });
  });

  it('a send without an acknowledgement is stored all the same, and a failure comes as an event', async () => {
    const [one, other] = await newFriends(shape());
    const [atOne, atOther] = [await online(one, 0), await online(other, 1)];
    atOne.socket.emit('sendMessage', { to: other.id, chatType: 'friend', message: 'without', messageType: 'TEXT' });
    expect((await atOther.receive(1)).map(({ message }) => message)).toEqual(['without']);
    const failed = atOne.next<{ code: string }>('sendMessageFailed');
    atOne.socket.emit('sendMessage', { to: randomUUID(), chatType: 'group', message: 'without', messageType: 'TEXT' });
    expect(await failed).toMatchObject({ success: false, code: expect.any(String) as string });
  });

  it('polling clients through the gateway stay with one process and chat', async () => {
    const [one, other] = await newFriends(shape());
    const polling = { transports: ['polling'], upgrade: false };
    const clients = await Promise.all(Array.from({ length: 6 }, (_, index) => throughGateway(index % 2 === 0 ? one : other, polling)));
    const [sender] = clients as [TestSocket];
    for (let number = 0; number < 10; number += 1) await sender.store({ to: other.id, chatType: 'friend', message: `polled ${number}` });
    for (const client of clients.slice(1)) expect((await client.receive(10)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(sender.socket.io.engine.transport.name).toBe('polling');
  });

  it('a client that begins with polling moves to a WebSocket through the gateway', async () => {
    const [one, other] = await newFriends(shape());
    const client = await throughGateway(one, { transports: ['polling', 'websocket'] });
    const { engine } = client.socket.io;
    if (engine.transport.name !== 'websocket') await new Promise((resolve) => { engine.once('upgrade', resolve); });
    const atOther = await throughGateway(other, { transports: ['websocket'] });
    await client.store({ to: other.id, chatType: 'friend', message: 'upgraded' });
    expect((await atOther.receive(1)).map(({ message }) => message)).toEqual(['upgraded']);
    expect(client.socket.io.engine.transport.name).toBe('websocket');
  });
};
