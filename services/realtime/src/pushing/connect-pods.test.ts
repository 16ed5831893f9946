import { randomUUID } from 'node:crypto';
import type { CommittedMessage } from '@chat-backend/contracts';
import { startTestRedis, type RedisServer } from '@chat-backend/testing';
import { Redis } from 'ioredis';
import { createGate, createInMemoryMessaging, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, eventually, settled, startPod, type TestPod } from '../realtime.fixture';

describe('two processes with Redis between them', () => {
  let redis: RedisServer;
  let messaging: InMemoryMessaging;
  let pods: [TestPod, TestPod];
  const subscribers = async (): Promise<number> => {
    const client = new Redis(redis.url);
    const [, count] = await client.pubsub('NUMSUB', 'socket.io-request#/#') as [string, number];
    client.disconnect();
    return count;
  };
  const bothSubscribe = async (): Promise<void> => { while (await subscribers() < 2) await new Promise((resolve) => { setTimeout(resolve, 20); }); };

  const unheard = jest.fn();
  beforeEach(async () => {
    process.on('unhandledRejection', unheard);
    redis = await startTestRedis();
    messaging = createInMemoryMessaging();
    pods = [await startPod({ internal: messaging, redisUrl: redis.url }), await startPod({ internal: messaging, redisUrl: redis.url })];
    await bothSubscribe();
  });
  afterEach(async () => {
    closeClients();
    for (const pod of pods) await pod.stop();
    await redis.stop();
    // The adapter does not look at what its commands return: one that fails must not end the process.
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });

  it('pushes to both, in order, with one publish for each batch', async () => {
    const published: string[] = [];
    const client = new Redis(redis.url);
    const monitor = await client.monitor();
    monitor.on('monitor', (_time: string, [command, channel]: string[]) => { if (command?.toLowerCase() === 'publish') published.push(channel ?? ''); });
    const [sender, listener] = [await connect(pods[0].url), await connect(pods[1].url)];
    const second = await connect(pods[1].url, { userId: sender.userId });
    await Promise.all(Array.from({ length: 300 }, (_, index) => sender.send(listener.userId, String(index))));
    const expected = Array.from({ length: 300 }, (_, index) => index + 1);
    expect((await listener.receive(300)).map(({ seq }) => seq)).toEqual(expected);
    expect((await second.receive(300)).map(({ seq }) => seq)).toEqual(expected);
    const batches = messaging.callsOf('send-batch').filter((call) => call.name === 'send-batch' && call.request.entries.length > 0);
    expect(published).toEqual(batches.map(() => 'socket.io-request#/#'));
    expect(batches.length).toBeLessThan(100);
    monitor.disconnect();
    client.disconnect();
  });

  it('leave in the outbox what Redis did not take', async () => {
    const sender = await connect(pods[0].url);
    await sender.send(randomUUID(), 'taken');
    await eventually(() => messaging.outbox.size === 0, 'it is named as pushed');
    process.kill(redis.pid, 'SIGSTOP');
    await sender.send(randomUUID(), 'on its way');
    await redis.kill();
    // Names what was pushed.
    await pods[0].service.drain();
    expect(messaging.outbox.size).toBe(1);
  });

  describe('begin a friend chat', () => {
    const friendChat = async () => {
      const sender = await connect(pods[0].url);
      const friend = randomUUID();
      const store = () => messaging.store({ senderId: sender.userId, to: friend, chatType: 'friend' });
      const inHistory = [store(), store()];
      const listener = await connect(pods[1].url, { userId: friend });
      return { sender, listener, store, inHistory };
    };
    /** As a third process does: it stored them before the others, and is slow. */
    const pushLate = (messages: CommittedMessage[]): Promise<void> => pods[1].context.events.publish('message.sent', { messages });

    it('with what is still on its way from a third process, and not with what is in the history', async () => {
      const { sender, listener, store, inHistory } = await friendChat();
      const late = store();
      messaging.onTheirWay.set(late.conversationId, late.message.seq);
      await sender.send(listener.userId, 'arrives first');
      expect((await listener.receive(2)).map(({ seq }) => seq)).toEqual([3, 4]);
      await pushLate([...inHistory, late]);
      await sender.send(listener.userId, 'and on');
      expect((await listener.receive(3)).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    });

    it('with what arrived while they asked', async () => {
      const { sender, listener, store } = await friendChat();
      const late = store();
      const gate = createGate();
      messaging.before = ({ name }) => (name === 'lowest-unpushed' ? gate.pass() : undefined);
      await sender.send(listener.userId, 'arrives first');
      await eventually(() => messaging.callsOf('lowest-unpushed').length > 0, 'asked');
      await pushLate([late]);
      gate.open();
      expect((await listener.receive(2)).map(({ seq }) => seq)).toEqual([3, 4]);
    });

    it('asking once, and not at all with its first message', async () => {
      const { sender, listener } = await friendChat();
      for (const text of ['3', '4', '5']) await sender.send(listener.userId, text);
      await listener.receive(3);
      const other = await connect(pods[1].url);
      await sender.send(other.userId, 'the first of all');
      await other.receive(1);
      // The sender's own process has pushed nothing of the friend chat either.
      expect(messaging.callsOf('lowest-unpushed').map((call) => call.name === 'lowest-unpushed' && call.request.conversationIds.length)).toEqual([1, 1]);
    });
  });

  it('keeps the order when both send into one group, and who left on the other process hears nothing', async () => {
    const [one, two, leaves] = [randomUUID(), randomUUID(), randomUUID()];
    const groupId = messaging.makeGroup(one, two, leaves);
    const [first, second] = [await connect(pods[0].url, { userId: one }), await connect(pods[1].url, { userId: two })];
    const [listener, left] = [await connect(pods[0].url, { userId: two }), await connect(pods[1].url, { userId: leaves })];
    const send = (from: typeof first) => Array.from({ length: 50 }, (_, index) => from.send(groupId, String(index), { chatType: 'group' }));
    await Promise.all([...send(first), ...send(second)]);
    const expected = Array.from({ length: 100 }, (_, index) => index + 1);
    expect((await listener.receive(100)).map(({ seq }) => seq)).toEqual(expected);
    expect((await left.receive(100)).map(({ seq }) => seq)).toEqual(expected);
    messaging.leave(groupId, leaves);
    await first.send(groupId, 'after', { chatType: 'group' });
    await second.receive(51);
    await settled(left);
    expect(left.received).toHaveLength(100);
  });

  it('tells who was removed and joins again what is said while a member, on both', async () => {
    const [stays, leaves] = [randomUUID(), randomUUID()];
    const groupId = messaging.makeGroup(stays, leaves);
    const sender = await connect(pods[0].url, { userId: stays });
    const staying = await Promise.all(pods.map(({ url }) => connect(url, { userId: stays })));
    const leaving = await Promise.all(pods.map(({ url }) => connect(url, { userId: leaves })));
    const say = async (text: string, count: number): Promise<void> => {
      await sender.send(groupId, text, { chatType: 'group' });
      for (const client of staying) await client.receive(count);
      await settled(...leaving);
    };
    await say('member', 1);
    messaging.leave(groupId, leaves);
    await say('removed', 2);
    await say('still removed', 3);
    messaging.join(groupId, leaves);
    await say('member again', 4);
    messaging.leave(groupId, leaves);
    await say('removed again', 5);
    for (const { received } of leaving) expect(received.map(({ message }) => message)).toEqual(['member', 'member again']);
  });

  it('tells who was removed and joins again nothing twice, although it is still on its way from another process', async () => {
    const [stays, leaves] = [randomUUID(), randomUUID()];
    const groupId = messaging.makeGroup(stays, leaves);
    const [sender, left] = [await connect(pods[0].url, { userId: stays }), await connect(pods[1].url, { userId: leaves })];
    const say = (text: string) => sender.send(groupId, text, { chatType: 'group' });
    await say('member');
    await left.receive(1);
    messaging.onTheirWay.set(groupId, 1);
    messaging.leave(groupId, leaves);
    await say('removed');
    await eventually(() => messaging.callsOf('members-among').length === 4, 'both know that it left');
    messaging.join(groupId, leaves);
    await say('member again');
    await eventually(() => left.received.length > 1, 'back');
    await settled(left);
    expect(left.received.map(({ message }) => message)).toEqual(['member', 'removed', 'member again']);
  });

  it('goes on without Redis, keeps the outbox entries meanwhile, and is whole again when Redis is back', async () => {
    const [sender, here, there] = [await connect(pods[0].url), await connect(pods[0].url), await connect(pods[1].url)];
    await sender.send(there.userId, 'before');
    await there.receive(1);
    await eventually(() => messaging.outbox.size === 0, 'named as pushed');
    await redis.kill();
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    expect(await sender.send(here.userId, 'without')).toMatchObject({ seq: 1 });
    expect(await sender.send(there.userId, 'without')).toMatchObject({ seq: 2 });
    await here.receive(1);
    expect(messaging.outbox.size).toBe(2);
    expect(await pods[0].service.notReady()).toEqual([]);
    redis = await startTestRedis({ port: redis.port });
    await bothSubscribe();
    await eventually(() => messaging.outbox.size >= 2, 'still there');
    await sender.send(there.userId, 'after');
    expect((await there.receive(3)).map(({ message }) => message)).toEqual(['before', 'without', 'after']);
  });

  it('starts and stops while Redis is away', async () => {
    await redis.kill();
    const alone = await startPod({ internal: messaging, redisUrl: redis.url });
    const [sender, listener] = [await connect(alone.url), await connect(alone.url)];
    await sender.send(listener.userId, 'hello');
    await listener.receive(1);
    await alone.stop();
  });
});
