import { randomUUID } from 'node:crypto';
import type { SyncReply } from '@chat-backend/contracts';
import { Refusal } from '@chat-backend/service-kit';
import { friendConversation } from '../in-memory-catching-up.fixture';
import { createGate, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { connect, eventually, type TestClient, type TestPod } from '../realtime.fixture';

let messaging: InMemoryMessaging;
let pod: TestPod;
podForEachTest({}, (own) => { ({ messaging, pod } = own); });
const ask = ({ socket }: TestClient, event: string, ...given: unknown[]): Promise<unknown> => socket.emitWithAck(event, ...given) as Promise<unknown>;

describe('sync', () => {
  it('is acknowledged with what was missed: messages, changes, and the log', async () => {
    const [me, friend] = [await connect(pod.url), randomUUID()];
    const conversationId = friendConversation(me.userId, friend);
    for (const message of ['1', '2', '3']) messaging.store({ senderId: friend, to: me.userId, chatType: 'friend', message });
    messaging.change(conversationId, 1, 'edited');
    for (const age of [30, 31]) messaging.log(me.userId, { kind: 'profile', userName: null, about: null, profileImage: null, age });
    const gone = messaging.makeGroup(randomUUID());
    const reply = await ask(me, 'sync', {
      afterNumber: 1,
      conversations: [{ chatId: friend, chatType: 'friend', afterSeq: 1, afterRevision: 0 }, { chatId: gone, chatType: 'group', afterSeq: 0, afterRevision: 0 }],
    });
    expect(reply).toMatchObject({
      log: { fromNumber: 1, toNumber: 2, lastNumber: 2, events: [{ kind: 'profile', number: 2, age: 31 }] },
      conversations: [
        { fromSeq: 1, toSeq: 3, lastSeq: 3, toRevision: 1, messages: [{ seq: 2, message: '2' }, { seq: 3, message: '3' }], changed: [{ seq: 1, message: 'edited', revision: 1 }] },
        { chatId: gone, gone: true, messages: [] },
      ],
      isComplete: true,
    });
  });

  it('is asked for the user of the socket alone', async () => {
    const [me, other] = [await connect(pod.url), randomUUID()];
    await ask(me, 'sync', { userId: other });
    expect(messaging.callsOf('sync-users')).toMatchObject([{ request: { requests: [{ userId: me.userId, request: {} }] } }]);
  });

  it.each([
    ['no payload', [], ['body']],
    ['text', ['since yesterday'], ['body']],
    ['a number below zero', [{ afterNumber: -1 }], ['afterNumber']],
    ['a cursor without its parts', [{ conversations: [{ chatId: randomUUID() }] }], ['conversations.0.chatType', 'conversations.0.afterSeq', 'conversations.0.afterRevision']],
    ['too many conversations', [{ conversations: Array.from({ length: 201 }, () => ({ chatId: randomUUID(), chatType: 'group', afterSeq: 0, afterRevision: 0 })) }], ['conversations']],
    ['an argument too many', [{}, 'not a function'], ['acknowledgement']],
  ])('refuses %s, and asks nobody', async (_name, given, faulty) => {
    const reply = await ask(await connect(pod.url), 'sync', ...given) as { errors: { field: string }[] };
    expect(reply).toMatchObject({ success: false, code: 'INVALID_REQUEST', message: 'A field is missing or wrong' });
    expect(reply.errors.map(({ field }) => field)).toEqual(faulty);
    expect(messaging.callsOf('sync-users')).toEqual([]);
  });

  it('is gathered with those of other sockets', async () => {
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'sync-users' ? gate.pass() : undefined);
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect(pod.url)));
    const first = ask(clients[0] as TestClient, 'sync', {});
    await eventually(() => messaging.callsOf('sync-users').length === 1, 'the first is under way');
    const others = clients.slice(1).map((client) => ask(client, 'sync', {}));
    // An answer to something else comes after what was asked before it.
    await Promise.all(clients.map((client) => ask(client, 'settle')));
    gate.open();
    for (const reply of await Promise.all([first, ...others])) expect((reply as SyncReply).isComplete).toBe(true);
    expect(messaging.calls.flatMap((call) => (call.name === 'sync-users' ? [call.request.requests.length] : []))).toEqual([1, 4]);
  });

  it('says BUSY to a socket that asks for more at once than one may', async () => {
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'sync-users' ? gate.pass() : undefined);
    const [me, other] = [await connect(pod.url), await connect(pod.url)];
    const asked = Array.from({ length: 11 }, () => ask(me, 'sync', {}));
    expect(await asked[10]).toMatchObject({ success: false, code: 'BUSY' });
    const ofOther = ask(other, 'sync', {});
    gate.open();
    for (const reply of await Promise.all([...asked.slice(0, 10), ofOther])) expect(reply).toMatchObject({ isComplete: true });
    expect(await ask(me, 'sync', {})).toMatchObject({ isComplete: true });
  });
});

describe('markRead', () => {
  it('is acknowledged with how far the chat is read, and never goes back', async () => {
    const [me, friend] = [await connect(pod.url), randomUUID()];
    for (let count = 0; count < 3; count += 1) messaging.store({ senderId: friend, to: me.userId, chatType: 'friend' });
    const chat = { chatId: friend, chatType: 'friend' };
    expect(await ask(me, 'markRead', { ...chat, seq: 2 })).toEqual({ lastReadSeq: 2 });
    expect(await ask(me, 'markRead', { ...chat, seq: 1 })).toEqual({ lastReadSeq: 2 });
    expect(await ask(me, 'markRead', { ...chat, seq: 9 })).toEqual({ lastReadSeq: 3 });
  });

  it('is refused as the call is', async () => {
    const me = await connect(pod.url);
    const group = messaging.makeGroup(randomUUID());
    expect(await ask(me, 'markRead', { chatId: group, chatType: 'group', seq: 1 })).toEqual({ success: false, code: 'NOT_A_MEMBER', message: 'Only members of the group may do this' });
    expect(await ask(me, 'markRead', { chatId: randomUUID(), chatType: 'friend', seq: 1 })).toMatchObject({ success: false, code: 'CONVERSATION_NOT_FOUND' });
    expect(await ask(me, 'markRead', { chatId: 'x', chatType: 'friend' })).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'chatId' }, { field: 'seq' }] });
  });

  it('without an acknowledgement is done all the same; a failure then comes as eventFailed', async () => {
    const [me, friend] = [await connect(pod.url), randomUUID()];
    messaging.store({ senderId: friend, to: me.userId, chatType: 'friend' });
    me.socket.emit('markRead', { chatId: friend, chatType: 'friend', seq: 1 });
    await eventually(() => messaging.callsOf('mark-read').length === 1, 'done');
    const failed = me.next('eventFailed');
    me.socket.emit('markRead', { chatId: randomUUID(), chatType: 'friend', seq: 1 });
    expect(await failed).toEqual({ success: false, code: 'CONVERSATION_NOT_FOUND', message: 'Conversation not found', event: 'markRead' });
    const invalid = me.next('eventFailed');
    me.socket.emit('markRead', {}, 7);
    expect(await invalid).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'acknowledgement' }], event: 'markRead' });
  });

  it('goes to messaging a few at once', async () => {
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'mark-read' ? gate.pass() : undefined);
    const clients = await Promise.all(Array.from({ length: 3 }, () => connect(pod.url)));
    const asked = clients.flatMap((client) => Array.from({ length: 4 }, () => ask(client, 'markRead', { chatId: randomUUID(), chatType: 'friend', seq: 1 })));
    await Promise.all(clients.map((client) => ask(client, 'settle')));
    expect(messaging.callsOf('mark-read')).toHaveLength(8);
    gate.open();
    for (const reply of await Promise.all(asked)) expect(reply).toMatchObject({ code: 'CONVERSATION_NOT_FOUND' });
    expect(messaging.callsOf('mark-read')).toHaveLength(12);
  });

  it('says UNAVAILABLE while messaging is away, and INTERNAL for a fault of our own', async () => {
    const me = await connect(pod.url);
    const asked = { chatId: randomUUID(), chatType: 'friend', seq: 1 };
    messaging.before = ({ name }) => { if (name === 'mark-read') throw new Refusal('UNAVAILABLE'); };
    expect(await ask(me, 'markRead', asked)).toMatchObject({ success: false, code: 'UNAVAILABLE' });
    messaging.before = ({ name }) => { if (name === 'mark-read') throw new Error('a detail that is nobody\'s business'); };
    expect(await ask(me, 'markRead', asked)).toEqual({ success: false, code: 'INTERNAL', message: 'Something went wrong on our side' });
  });
});

describe('a drain', () => {
  it('answers what is under way and takes nothing more', async () => {
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'sync-users' ? gate.pass() : undefined);
    const me = await connect(pod.url);
    const underWay = ask(me, 'sync', {});
    await eventually(() => messaging.callsOf('sync-users').length === 1, 'under way');
    const drained = pod.service.drain();
    expect(await ask(me, 'markRead', {})).toMatchObject({ success: false, code: 'UNAVAILABLE' });
    gate.open();
    expect(await underWay).toMatchObject({ isComplete: true });
    await drained;
  });
});
