import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CommittedMessage, NewMessage } from '@chat-backend/contracts';
import { Server } from 'socket.io';
import type { ChatNamespace, ChatServer } from '../chat-server';
import type { InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { closeClients, connect, openSocket, settled, type TestClient, type TestPod } from '../realtime.fixture';
import { groupRoom } from '../rooms/room-names';
import { createEmitMessages } from './emit-messages';
import { createSendingSockets } from './sending-sockets';

const toGroup = { chatType: 'group' };
const texts = ({ received }: TestClient): string[] => received.map(({ message }) => message);

describe('messages that are stored together', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  podForEachTest({}, (own) => { ({ messaging, pod } = own); });

  it('reach everybody whole and in order, whatever the transport and however long they are', async () => {
    const [member, other] = [randomUUID(), randomUUID()];
    const groupId = messaging.makeGroup(member, other);
    const [one, two] = [await connect(pod.url, { userId: member }), await connect(pod.url, { userId: member })];
    const polling = await connect(pod.url, { userId: other, transports: ['polling'] });
    // Around the lengths at which the header of a frame grows; one is as long as a hundred messages.
    const bodies = Array.from({ length: 200 }, (_, index) => `${index} é✓🙂${'x'.repeat(index)}`).concat('y'.repeat(70_000), 'é'.repeat(32_768), '');
    const stored = bodies.flatMap((message) => [
      messaging.store({ senderId: other, to: groupId, chatType: 'group', message }), messaging.store({ senderId: other, to: member, chatType: 'friend', message }),
    ]);
    await pod.context.events.publish('message.sent', { messages: stored });
    const expected = (chatType: string): NewMessage[] => stored.map(({ message }) => message).filter((message) => message.chatType === chatType);
    for (const client of [one, two, polling]) {
      await client.receive(stored.length);
      for (const chatType of ['group', 'friend']) expect(client.received.filter((message) => message.chatType === chatType)).toEqual(expected(chatType));
    }
  });

  it('do not come back to the sockets that sent them, each of which gets those of the others', async () => {
    const members = [await connect(pod.url), await connect(pod.url), await connect(pod.url)] as const;
    const [one, other, listener] = members;
    const groupId = messaging.makeGroup(...members.map(({ userId }) => userId));
    const second = await connect(pod.url, { userId: one.userId });
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => { open = resolve; });
    messaging.before = ({ name }) => (name === 'send-batch' ? opened : undefined);
    const first = one.send(groupId, 'opens', toGroup);
    const sends = ['1', '2', '3'].flatMap((number) => [one.send(groupId, `a${number}`, toGroup), other.send(groupId, `b${number}`, toGroup)]);
    // An answer comes after what was sent before it was taken: all of them wait for the first.
    await settled(one, other);
    open();
    await Promise.all([first, ...sends]);
    const sizes = messaging.calls.flatMap((call) => (call.name === 'send-batch' ? [call.request.entries.length] : []));
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(6);
    expect((await listener.receive(7)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await second.receive(7);
    await one.receive(3);
    await other.receive(4);
    expect([texts(one), texts(other)]).toEqual([['b1', 'b2', 'b3'], ['opens', 'a1', 'a2', 'a3']]);
    expect(texts(second)).toEqual(texts(listener));
  });
});

describe('a connection', () => {
  afterEach(closeClients);

  /** Emits three messages of one conversation and one of another to a connection. @returns how many packets it was given, and what arrived */
  const emitFour = async (change: (transport: object) => void): Promise<{ packets: number; arrived: string[] }> => {
    const server = createServer();
    const io: ChatServer = new Server(server, { transports: ['websocket'], perMessageDeflate: false });
    const namespace: ChatNamespace = io.of('/');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const [groupId, otherId, from] = [randomUUID(), randomUUID(), randomUUID()];
    const messageTo = (to: string, seq: number): CommittedMessage => ({
      conversationId: to,
      message: { to, from, id: randomUUID(), seq, clientMessageId: randomUUID(), chatType: 'group', messageType: 'TEXT', message: String(seq), createdAt: new Date().toISOString() },
    });
    const emit = createEmitMessages(namespace, createSendingSockets(), { pushed: () => undefined });
    let packets = 0;
    io.on('connection', async (socket) => {
      await socket.join([groupRoom(groupId), groupRoom(otherId)]);
      change(socket.conn.transport);
      const count = (): void => { packets += 1; };
      socket.conn.on('packetCreate', count);
      emit([messageTo(groupId, 1), messageTo(otherId, 10), messageTo(groupId, 2), messageTo(groupId, 3)]);
      socket.conn.off('packetCreate', count);
      socket.disconnect(true);
    });
    const socket = openSocket(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {});
    const arrived: string[] = [];
    socket.on('newMessage', ({ message }: { message: string }) => { arrived.push(message); });
    await new Promise((resolve) => { socket.once('disconnect', resolve); });
    await io.close();
    return { packets, arrived };
  };

  it('gets the messages of a conversation as one packet', async () => {
    expect(await emitFour(() => {})).toEqual({ packets: 2, arrived: ['1', '2', '3', '10'] });
  });

  it('gets them one by one where this engine does not write frames that it is given', async () => {
    expect(await emitFour((transport) => { Object.assign(transport, { _canSendPreEncodedFrame: () => false }); })).toEqual({ packets: 4, arrived: ['1', '2', '3', '10'] });
  });
});
