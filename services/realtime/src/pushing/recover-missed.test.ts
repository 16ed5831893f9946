import { randomUUID } from 'node:crypto';
import { createRedisEvents } from '@chat-backend/events';
import { Refusal } from '@chat-backend/service-kit';
import { startTcpProxy, startTestRedis, type RedisServer, type TcpProxy } from '@chat-backend/testing';
import { Redis } from 'ioredis';
import { createInMemoryMessaging, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, eventually, settled, startPod, type TestClient, type TestPod } from '../realtime.fixture';

describe('a process that was cut off', () => {
  let redis: RedisServer;
  let proxy: TcpProxy;
  let messaging: InMemoryMessaging;
  let pods: TestPod[];
  let near: TestPod;
  /** Reaches Redis through the proxy. */
  let far: TestPod;
  const subscribersAre = async (wanted: number): Promise<void> => {
    const client = new Redis(redis.url);
    const count = async (): Promise<number> => (await client.pubsub('NUMSUB', 'socket.io-request#/#') as [string, number])[1];
    while (await count() !== wanted) await new Promise((resolve) => { setTimeout(resolve, 10); });
    client.disconnect();
  };

  beforeEach(async () => {
    redis = await startTestRedis();
    proxy = await startTcpProxy(redis.port);
    messaging = createInMemoryMessaging();
    near = await startPod({ internal: messaging, redisUrl: redis.url });
    far = await startPod({ internal: messaging, redisUrl: `redis://127.0.0.1:${proxy.port}` });
    pods = [near, far];
    await subscribersAre(2);
  });
  afterEach(async () => {
    closeClients();
    for (const pod of pods) await pod.stop();
    await proxy.close();
    await redis.stop();
  });
  const texts = ({ received }: TestClient): string[] => received.map(({ message }) => message);
  const toGroup = { chatType: 'group' };

  /** Ends the connection on which the far process hears the others, and keeps it ended. */
  const cutOff = async (): Promise<void> => {
    proxy.cut('subscribe');
    await subscribersAre(1);
  };

  it('emits what it missed when it hears again, in order, without another message', async () => {
    const sender = await connect(near.url);
    const listener = await connect(far.url);
    const groupId = messaging.makeGroup(sender.userId, listener.userId);
    const inGroup = await connect(far.url, { userId: listener.userId });
    await sender.send(listener.userId, 'friend 1');
    await sender.send(groupId, 'group 1', toGroup);
    await Promise.all([listener.receive(2), inGroup.receive(2)]);
    await cutOff();
    const missed = Array.from({ length: 601 }, (_, index) => `missed ${index}`);
    await Promise.all(missed.map((text) => sender.send(listener.userId, text)));
    await sender.send(groupId, 'group 2', toGroup);
    await settled(listener);
    expect(listener.received).toHaveLength(2);
    proxy.mend();
    for (const received of await Promise.all([listener.receive(604), inGroup.receive(604)])) {
      const of = (chatType: string) => received.filter((message) => message.chatType === chatType).map(({ message }) => message);
      expect(of('friend')).toEqual(['friend 1', ...missed]);
      expect(of('group')).toEqual(['group 1', 'group 2']);
    }
    await subscribersAre(2);
    await sender.send(listener.userId, 'friend last');
    expect((await listener.receive(605)).map(({ message }) => message).slice(604)).toEqual(['friend last']);
  });

  it('emits it also when only the subscription was lost for a moment', async () => {
    const [sender, listener] = [await connect(near.url), await connect(far.url)];
    await sender.send(listener.userId, '1');
    await listener.receive(1);
    messaging.store({ senderId: sender.userId, to: listener.userId, chatType: 'friend', message: '2' });
    const client = new Redis(redis.url);
    await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    client.disconnect();
    await listener.receive(2);
    expect(texts(listener)).toEqual(['1', '2']);
  });

  it('fetches a bounded number of each conversation; the rest comes with its next message', async () => {
    const [sender, listener] = [await connect(near.url), await connect(far.url)];
    await sender.send(listener.userId, 'first');
    await listener.receive(1);
    await cutOff();
    for (let count = 0; count < 2_100; count += 1) messaging.store({ senderId: sender.userId, to: listener.userId, chatType: 'friend' });
    proxy.mend();
    await listener.receive(2_001);
    await subscribersAre(2);
    expect(messaging.callsOf('messages-between')).toHaveLength(4);
    await sender.send(listener.userId, 'last');
    expect((await listener.receive(2_102)).map(({ seq }) => seq)).toEqual(Array.from({ length: 2_102 }, (_, index) => index + 1));
  });

  it('emits what was announced to it from an outbox meanwhile', async () => {
    const alone = await startPod({ internal: messaging, events: createRedisEvents({ url: `redis://127.0.0.1:${proxy.port}`, onError: () => undefined }) });
    pods.push(alone);
    const [sender, listener] = [await connect(alone.url), await connect(alone.url)];
    await sender.send(listener.userId, '1');
    await listener.receive(1);
    proxy.cut('chat-backend:event:message.sent');
    const announced = messaging.store({ senderId: randomUUID(), to: listener.userId, chatType: 'friend', message: 'of a chat that nobody knows here' });
    messaging.store({ senderId: sender.userId, to: listener.userId, chatType: 'friend', message: '2' });
    const elsewhere = createRedisEvents({ url: redis.url, onError: () => undefined });
    await eventually(() => elsewhere.publish('message.sent', { messages: [announced] }).then(() => true, () => false), 'announced');
    await elsewhere.close();
    proxy.mend();
    await listener.receive(2);
    expect(texts(listener)).toEqual(['1', '2']);
  });

  it('tells nobody who left meanwhile what was said afterwards', async () => {
    const [stays, leaves] = [randomUUID(), randomUUID()];
    const groupId = messaging.makeGroup(stays, leaves);
    const sender = await connect(near.url, { userId: stays });
    const [staying, left] = [await connect(far.url, { userId: stays }), await connect(far.url, { userId: leaves })];
    await sender.send(groupId, 'before', toGroup);
    await Promise.all([staying.receive(1), left.receive(1)]);
    await cutOff();
    messaging.leave(groupId, leaves);
    await sender.send(groupId, 'after', toGroup);
    proxy.mend();
    await staying.receive(2);
    await settled(left);
    expect([texts(staying), texts(left)]).toEqual([['before', 'after'], ['before']]);
  });

  it('asks until messaging answers', async () => {
    const [sender, listener] = [await connect(near.url), await connect(far.url)];
    await sender.send(listener.userId, '1');
    await listener.receive(1);
    await cutOff();
    await sender.send(listener.userId, '2');
    messaging.before = ({ name }) => { if (name === 'messages-between') throw new Refusal('UNAVAILABLE'); };
    proxy.mend();
    await eventually(() => messaging.callsOf('messages-between').length === 2, 'asked again');
    messaging.before = () => {};
    await listener.receive(2);
    expect(texts(listener)).toEqual(['1', '2']);
  });
});
