import { createInProcessEvents, createRedisEvents, type DomainEvents } from '@chat-backend/events';
import { Redis } from 'ioredis';
import type { RedisServer } from './redis-server';
import { startTcpProxy } from './tcp-proxy';
import { startTestRedis } from './test-redis';

const silent = (): void => {};
const next = (events: DomainEvents) => new Promise<string[]>((resolve) => { events.on('session.revoked', ({ sessionIds }) => { resolve(sessionIds); }); });

/** Announces until it is heard: a subscription takes a moment, and an announcement is made at most once. */
const announceUntilHeard = async (from: DomainEvents, heard: Promise<string[]>): Promise<string[]> => {
  const announcing = setInterval(() => { from.publish('session.revoked', { sessionIds: ['s'] }).catch(silent); }, 10);
  try { return await heard; } finally { clearInterval(announcing); }
};

describe('domain events', () => {
  let redis: RedisServer;
  beforeAll(async () => { redis = await startTestRedis(); });
  afterAll(() => redis.stop());

  it('reach listeners in the process', async () => {
    const events = createInProcessEvents();
    expect(await announceUntilHeard(events, next(events))).toEqual(['s']);
    await events.close();
  });

  it('reach every process over Redis, the announcing one included', async () => {
    const [one, other] = [0, 1].map(() => createRedisEvents({ url: redis.url, onError: silent })) as [DomainEvents, DomainEvents];
    const heard = Promise.all([next(one), next(other)]);
    expect(await announceUntilHeard(one, heard.then((all) => all.flat()))).toEqual(['s', 's']);
    await Promise.all([one.close(), other.close()]);
  });

  it('tell when they are heard again', async () => {
    const [one, other] = [0, 1].map(() => createRedisEvents({ url: redis.url, onError: silent })) as [DomainEvents, DomainEvents];
    await announceUntilHeard(other, next(one));
    const client = new Redis(redis.url);
    const returned = new Promise<void>((resolve) => { one.onReturn(resolve); });
    await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    client.disconnect();
    await returned;
    const heard = next(one);
    await other.publish('session.revoked', { sessionIds: ['after'] });
    expect(await heard).toEqual(['after']);
    await Promise.all([one.close(), other.close()]);
  });

  it('fail in time, and are heard again, when the way to Redis falls silent', async () => {
    const proxy = await startTcpProxy(redis.port);
    const behind = createRedisEvents({ url: `redis://127.0.0.1:${proxy.port}`, onError: silent, answerWithinMs: 200 });
    const other = createRedisEvents({ url: redis.url, onError: silent });
    await announceUntilHeard(other, next(behind));
    const returned = new Promise<void>((resolve) => { behind.onReturn(resolve); });
    proxy.stall();
    await expect(behind.publish('session.revoked', { sessionIds: [] })).rejects.toThrow();
    await returned;
    const heard = next(behind);
    await other.publish('session.revoked', { sessionIds: ['after'] });
    expect(await heard).toEqual(['after']);
    await Promise.all([behind.close(), other.close()]);
    await proxy.close();
  });

  it('reject at once while Redis is away', async () => {
    const nowhere = createRedisEvents({ url: 'redis://127.0.0.1:1', onError: silent });
    await expect(nowhere.publish('session.revoked', { sessionIds: [] })).rejects.toThrow();
    await nowhere.close();
  });
});
