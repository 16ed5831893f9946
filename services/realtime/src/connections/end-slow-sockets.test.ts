import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import { createLogger } from '@chat-backend/service-kit';
import { testToken } from '@chat-backend/testing';
import { createInMemoryMessaging, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { closeClients, connect, eventually, startPod, type TestClient, type TestPod } from '../realtime.fixture';
import { createEndSlow } from './end-slow-sockets';
import { clientFrame, connectAndStopReading, ping } from './raw-client.fixture';

const bytesAtMost = 262_144;
const message = 'x'.repeat(8_000);
/** More than both kernels keep on loopback, and the budget. */
const enough = 4_000;
const atOnce = 20;

describe('a client that does not read', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  podForEachTest({ env: { SOCKET_BUFFER_BYTES: String(bytesAtMost) } }, (own) => { ({ messaging, pod } = own); });
  const metric = async (name: string): Promise<number> => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await pod.context.metrics.metrics())?.[1] ?? 0);
  const ended = (): Promise<number> => metric('chat_realtime_ended_sockets_total\\{reason="slow"\\}');

  /** Sends until a socket was ended. @returns how many messages it took */
  const sendUntilEnded = async (sender: TestClient, to: string, more: object): Promise<number> => {
    let sent = 0;
    for (; sent < enough && await ended() === 0; sent += atOnce) await Promise.all(Array.from({ length: atOnce }, () => sender.send(to, message, more)));
    return sent;
  };

  it('over a WebSocket is ended at once, with what waited for it, and others do not notice', async () => {
    const { userId, socket } = await connectAndStopReading(pod.url);
    const [sender, reader] = [await connect(pod.url), await connect(pod.url)];
    const groupId = messaging.makeGroup(sender.userId, reader.userId, userId);
    const gone = new Promise((resolve) => { socket.once('close', resolve); });
    const sent = await sendUntilEnded(sender, groupId, { chatType: 'group' });
    expect(sent).toBeLessThan(enough);
    expect(await metric('chat_realtime_connections')).toBe(2);
    await sender.send(groupId, 'after', { chatType: 'group' });
    expect((await reader.receive(sent + 1)).map(({ seq }) => seq)).toEqual(Array.from({ length: sent + 1 }, (_, index) => index + 1));
    // Nothing waits for it to read a farewell.
    expect(await pod.networkSockets()).toBe(2);
    socket.resume();
    await gone;
    expect(await ended()).toBe(1);
  });

  /** @returns where it polls, which it does no more */
  const connectByPolling = async (userId: string): Promise<string> => {
    const poll = '/socket.io/?EIO=4&transport=polling';
    const { sid } = JSON.parse((await (await fetch(pod.url + poll)).text()).slice(1)) as { sid: string };
    const path = `${poll}&sid=${sid}`;
    await fetch(pod.url + path, { method: 'POST', body: `40${JSON.stringify({ token: testToken(userId) })}` });
    await (await fetch(pod.url + path)).text();
    return path;
  };

  it('over polling is ended as well', async () => {
    const slow = randomUUID();
    const path = await connectByPolling(slow);
    const sender = await connect(pod.url);
    const sent = await sendUntilEnded(sender, slow, {});
    // Nothing of it was written: what is counted is what waits in memory.
    expect(sent * message.length).toBeGreaterThan(bytesAtMost);
    expect(sent * message.length).toBeLessThan(bytesAtMost + 2 * atOnce * message.length);
    expect((await fetch(pod.url + path)).status).toBe(400);
    expect(await sender.send(slow, 'after')).toMatchObject({ seq: sent + 1 });
  });

  it('and leaves a poll\'s answer lying is ended with it', async () => {
    const slow = randomUUID();
    const path = await connectByPolling(slow);
    const socket = createConnection(Number(new URL(pod.url).port), '127.0.0.1').on('error', () => undefined).pause();
    await new Promise((resolve) => { socket.write(`GET ${path} HTTP/1.1\r\nHost: chat\r\n\r\n`, resolve); });
    // The poll comes before what connects after it.
    const sender = await connect(pod.url);
    // All of this is emitted in one turn, and is the answer.
    const messages = Array.from({ length: 1_000 }, () => messaging.store({ senderId: randomUUID(), to: slow, chatType: 'friend', message }));
    await pod.context.events.publish('message.sent', { messages });
    // What was handed over and has not left counts: the next message, however short, finds that it is too much.
    await sender.send(slow, 'next');
    await eventually(async () => await ended() === 1, 'ended');
    let read = 0;
    const closed = new Promise((resolve) => { socket.once('close', resolve).on('data', ({ length }: Buffer) => { read += length; }); });
    socket.resume();
    await closed;
    expect(read).toBeGreaterThan(message.length);
    expect(read).toBeLessThan(messages.length * message.length);
  });

  it('that makes the WebSocket answer its pings is ended by ws itself', async () => {
    const { socket } = await connectAndStopReading(pod.url);
    const gone = new Promise((resolve) => { socket.once('close', resolve); });
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => clientFrame(ping, 'x'.repeat(125))));
    while (await metric('chat_realtime_connections') > 0) {
      await new Promise((resolve) => { socket.write(pings, resolve); });
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    socket.resume();
    await gone;
  });

  it('is told of in the log once in a while', () => {
    const lines: { sockets: number }[] = [];
    const logger = createLogger({ level: 'warn', service: 'test', destination: { write: (line) => { lines.push(JSON.parse(line) as { sockets: number }); } } });
    const endSlow = createEndSlow(logger, { ended: () => undefined });
    for (let count = 0; count < 100; count += 1) endSlow({ close: () => undefined }, undefined);
    expect(lines.map(({ sockets }) => sockets)).toEqual([1]);
  });
});

describe('a client that reads', () => {
  afterEach(closeClients);

  it('is not ended for much that comes at once', async () => {
    const messaging = createInMemoryMessaging();
    const pod = await startPod({ internal: messaging, env: { SOCKET_BUFFER_BYTES: '65536' } });
    const [sender, reader] = [await connect(pod.url), await connect(pod.url)];
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 50 }, () => sender.send(reader.userId, message)));
      await reader.receive((round + 1) * 50);
    }
    expect(reader.socket.connected).toBe(true);
    await pod.stop();
  });
});
