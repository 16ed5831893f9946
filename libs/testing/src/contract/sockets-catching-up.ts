import { randomUUID } from 'node:crypto';
import {
  eventFailed, eventFailure, messageChanged, socketEvents, userEvent, type EventFailure, type MessageChanged, type StoredMessage, type SyncReply, type UserEvent,
} from '@chat-backend/contracts';
import { succeed, succeedWith } from './api-client';
import { newFriends, newGroup, newPerson, type TestPerson } from './people';
import { connectSocket, type TestSocket } from './socket-client';
import type { CurrentShape } from './shape';

/** What a client that was away asks for, and what the one that is there is told, by socket. */
export const describeSocketsCatchingUp = (shape: CurrentShape): void => {
  const sockets: TestSocket[] = [];
  const online = async (person: TestPerson, which: 0 | 1): Promise<TestSocket> => {
    const socket = await connectSocket(shape().socketUrls[which], person.token);
    sockets.push(socket);
    return socket;
  };
  afterEach(() => { for (const socket of sockets.splice(0)) socket.close(); });

  const { sync: syncEvent, markRead: markReadEvent } = socketEvents.fromClient;
  const answered = async (socket: TestSocket, event: string, request: object): Promise<unknown> => {
    const reply = await socket.ask(event, request);
    expect(reply).not.toMatchObject({ success: false });
    return reply;
  };
  const sync = async (socket: TestSocket, request: object): Promise<SyncReply> => syncEvent.reply.parse(await answered(socket, 'sync', request));
  const markRead = async (socket: TestSocket, request: object): Promise<number> => markReadEvent.reply.parse(await answered(socket, 'markRead', request)).lastReadSeq;
  const refused = async (socket: TestSocket, event: string, request: unknown): Promise<EventFailure> => eventFailure.parse(await socket.ask(event, request));
  const nextUserEvent = async (socket: TestSocket): Promise<UserEvent> => userEvent.parse(await socket.next('userEvent'));
  const nextChange = async (socket: TestSocket): Promise<MessageChanged> => messageChanged.parse(await socket.next('messageChanged'));
  const seqs = (messages: readonly StoredMessage[]): number[] => messages.map(({ seq }) => seq);

  it('sync tells what was missed of a conversation: messages, then changes, and where both end', async () => {
    const [one, other] = await newFriends(shape());
    const [atOne, atOther] = [await online(one, 0), await online(other, 1)];
    for (const message of ['1', '2', '3']) await atOne.store({ to: other.id, chatType: 'friend', message });
    await succeed(shape().url, 'edit-message', { token: one.token, chatId: other.id, chatType: 'friend', seq: 1, message: 'edited' });
    const chat = { chatId: one.id, chatType: 'friend' } as const;
    const { conversations: [page], isComplete } = await sync(atOther, { conversations: [{ ...chat, afterSeq: 1, afterRevision: 0 }] });
    expect(page).toMatchObject({ ...chat, gone: false, fromSeq: 1, toSeq: 3, lastSeq: 3, fromRevision: 0, toRevision: 1, lastRevision: 1, lastReadSeq: 0 });
    expect(seqs(page?.messages ?? [])).toEqual([2, 3]);
    expect(page?.changed).toMatchObject([{ seq: 1, message: 'edited', revision: 1 }]);
    expect(isComplete).toBe(true);
    const { conversations: [again] } = await sync(atOther, { conversations: [{ ...chat, afterSeq: 3, afterRevision: 1 }] });
    expect(again).toMatchObject({ fromSeq: 3, toSeq: 3, fromRevision: 1, toRevision: 1, messages: [], changed: [] });
  });

  it('sync says the same as the call', async () => {
    const [one, other] = await newFriends(shape());
    const socket = await online(one, 0);
    await socket.store({ to: other.id, chatType: 'friend', message: 'hello' });
    const request = { afterNumber: 0, conversations: [{ chatId: other.id, chatType: 'friend', afterSeq: 0, afterRevision: 0 }] };
    expect(await sync(socket, request)).toEqual(await succeedWith(shape().url, 'sync', { token: one.token, ...request }));
  });

  it('sync tells the log of its user, and says gone of groups that are none of its business', async () => {
    const [one, other] = await newFriends(shape());
    const left = await newGroup(shape(), other, [one]);
    const strange = await newGroup(shape(), other, []);
    await succeed(shape().url, 'leave-group', { token: one.token, groupId: left });
    const socket = await online(one, 1);
    const { log: end } = await sync(socket, {});
    expect(end).toMatchObject({ fromNumber: end.lastNumber, toNumber: end.lastNumber, events: [] });
    const { log, conversations } = await sync(socket, {
      afterNumber: 0, conversations: [left, strange, randomUUID()].map((chatId) => ({ chatId, chatType: 'group', afterSeq: 0, afterRevision: 0 })),
    });
    expect(log).toMatchObject({ fromNumber: 0, toNumber: end.lastNumber, lastNumber: end.lastNumber });
    expect(log.events.map(({ number }) => number)).toEqual(log.events.map(({ number }) => number).toSorted((a, b) => a - b));
    expect(log.events).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'friendship', state: 'friends', user: expect.objectContaining({ id: other.id }) as object }),
      expect.objectContaining({ kind: 'membership', state: 'none', group: expect.objectContaining({ id: left }) as object }),
    ]));
    expect(conversations.map(({ gone, messages, changed }) => ({ gone, messages, changed }))).toEqual(conversations.map(() => ({ gone: true, messages: [], changed: [] })));
  });

  it('markRead is told to the user\'s other sockets on every process, never goes back, and is what sync says', async () => {
    const [one, other] = await newFriends(shape());
    const [atOne, reading, also, elsewhere] = [await online(one, 0), await online(other, 0), await online(other, 0), await online(other, 1)];
    for (const message of ['1', '2', '3']) await atOne.store({ to: other.id, chatType: 'friend', message });
    const chat = { chatId: one.id, chatType: 'friend' } as const;
    const told = [also, elsewhere].map(nextUserEvent);
    expect(await markRead(reading, { ...chat, seq: 2 })).toBe(2);
    const events = await Promise.all(told);
    for (const event of events) expect(event).toMatchObject({ kind: 'read', ...chat, lastReadSeq: 2 });
    expect(events[0]).toEqual(events[1]);
    expect(await markRead(elsewhere, { ...chat, seq: 1 })).toBe(2);
    expect(await markRead(elsewhere, { ...chat, seq: 1_000 })).toBe(3);
    expect(await sync(also, { conversations: [{ ...chat, afterSeq: 3, afterRevision: 0 }] })).toMatchObject({ conversations: [{ lastReadSeq: 3 }] });
  });

  it('userEvent tells a user on every process of requests, friends and groups, and of nobody else\'s', async () => {
    const [one, other] = await Promise.all([newPerson(shape()), newPerson(shape())]);
    const groupId = await newGroup(shape(), one, []);
    const [atOne, here, there] = [await online(one, 0), await online(other, 0), await online(other, 1)];
    const ofOne: UserEvent[] = [];
    atOne.socket.on('userEvent', (event: unknown) => { ofOne.push(userEvent.parse(event)); });
    const requested = [here, there].map(nextUserEvent);
    await succeed(shape().url, 'sent-request', { token: one.token, to: other.id });
    for (const event of await Promise.all(requested)) expect(event).toMatchObject({ kind: 'friendship', state: 'requestReceived', user: { id: one.id } });
    const befriended = [here, there].map(nextUserEvent);
    await succeed(shape().url, 'accept-request', { token: other.token, to: one.id });
    for (const event of await Promise.all(befriended)) expect(event).toMatchObject({ kind: 'friendship', state: 'friends', user: { id: one.id } });
    const joined = [here, there].map(nextUserEvent);
    await succeed(shape().url, 'join-group', { token: other.token, groupId });
    for (const event of await Promise.all(joined)) expect(event).toMatchObject({ kind: 'membership', state: 'member', group: { id: groupId } });
    // Of a membership only its own user is told.
    await succeed(shape().url, 'update-profile', { token: one.token, userName: 'renamed' });
    while (!ofOne.some(({ kind }) => kind === 'profile') || ofOne.length < 3) await nextUserEvent(atOne);
    const told = ofOne.toSorted((a, b) => a.number - b.number).map((event) => (event.kind === 'friendship' ? event.state : event.kind));
    expect(told).toEqual(['requestSent', 'friends', 'profile']);
  });

  it('messageChanged tells both friends on every process of edits and deletions', async () => {
    const [one, other] = await newFriends(shape());
    const [atOne, here, there] = [await online(one, 0), await online(other, 0), await online(other, 1)];
    const { id } = await atOne.store({ to: other.id, chatType: 'friend', message: 'first' });
    const message = { token: one.token, chatId: other.id, chatType: 'friend', seq: 1 };
    const edited = [atOne, here, there].map(nextChange);
    await succeed(shape().url, 'edit-message', { ...message, message: 'second' });
    for (const change of await Promise.all(edited)) expect(change).toMatchObject({ id, seq: 1, from: one.id, to: other.id, chatType: 'friend', message: 'second', revision: 1 });
    const deleted = [atOne, here, there].map(nextChange);
    await succeed(shape().url, 'delete-message', message);
    for (const change of await Promise.all(deleted)) expect(change).toMatchObject({ id, seq: 1, message: '', revision: 2, deletedAt: expect.any(String) as string });
  });

  it('who left or was removed is told of no change that came afterwards, and of those after joining again', async () => {
    const [owner, leaver, removed] = await Promise.all([newPerson(shape()), newPerson(shape()), newPerson(shape())]);
    const groupId = await newGroup(shape(), owner, [leaver, removed]);
    const [atOwner, atLeaver, atRemoved] = [await online(owner, 0), await online(leaver, 1), await online(removed, 1)];
    await atOwner.store({ to: groupId, chatType: 'group', message: 'before' });
    await Promise.all([atLeaver.receive(1), atRemoved.receive(1)]);
    await succeed(shape().url, 'leave-group', { token: leaver.token, groupId });
    await succeed(shape().url, 'remove-member', { token: owner.token, groupId, userId: removed.id });
    const edit = (message: string) => succeed(shape().url, 'edit-message', { token: owner.token, chatId: groupId, chatType: 'group', seq: 1, message });
    const [ofLeaver, ofRemoved] = [atLeaver, atRemoved].map(({ socket }) => {
      const changes: MessageChanged[] = [];
      socket.on('messageChanged', (change: unknown) => { changes.push(messageChanged.parse(change)); });
      return changes;
    });
    const heard = nextChange(atOwner);
    await edit('afterwards');
    await heard;
    const again = nextChange(atLeaver);
    await succeed(shape().url, 'join-group', { token: leaver.token, groupId });
    await edit('joined again');
    expect(await again).toMatchObject({ message: 'joined again', revision: 2 });
    await atRemoved.ask('sync', {});
    expect([ofLeaver?.length, ofRemoved]).toEqual([1, []]);
  });

  it('sync and markRead refuse what is not valid, and who may not', async () => {
    const [one, stranger] = await Promise.all([newPerson(shape()), newPerson(shape())]);
    const groupId = await newGroup(shape(), stranger, []);
    const socket = await online(one, 0);
    for (const payload of [null, 7, 'text', [], { afterNumber: -1 }, { afterNumber: '0' }, { conversations: [{}] }, { conversations: {} }]) {
      expect({ payload, reply: await refused(socket, 'sync', payload) }).toMatchObject({ payload, reply: { code: 'INVALID_REQUEST' } });
    }
    for (const payload of [null, {}, { chatId: groupId, chatType: 'group' }, { chatId: 'x', chatType: 'group', seq: 1 }, { chatId: groupId, chatType: 'group', seq: -1 }]) {
      const { code, errors } = await refused(socket, 'markRead', payload);
      expect({ payload, code, isExplained: (errors?.length ?? 0) > 0 }).toEqual({ payload, code: 'INVALID_REQUEST', isExplained: true });
    }
    expect((await refused(socket, 'markRead', { chatId: groupId, chatType: 'group', seq: 1 })).code).toBe('NOT_A_MEMBER');
    expect((await refused(socket, 'markRead', { chatId: randomUUID(), chatType: 'group', seq: 1 })).code).toBe('GROUP_NOT_FOUND');
    expect((await refused(socket, 'markRead', { chatId: stranger.id, chatType: 'friend', seq: 1 })).code).toBe('CONVERSATION_NOT_FOUND');
    const failed = socket.next('eventFailed');
    socket.socket.emit('markRead', {});
    expect(eventFailed.parse(await failed)).toMatchObject({ event: 'markRead', code: 'INVALID_REQUEST' });
  });
};
