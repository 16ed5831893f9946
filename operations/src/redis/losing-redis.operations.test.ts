import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startTestRedis, type RedisServer } from '@chat-backend/testing';
import { Redis } from 'ioredis';
import { startPostgres, type OperatedPostgres } from '../postgres/start-postgres';
import { call, newAccount } from '../product/call';
import { startChatters, type Chatters } from '../product/chatters';
import { startProduct, type Product } from '../product/start-product';

const mailsWithinMs = 60_000;

describe('docs/operations.md, losing Redis', () => {
  let postgres: OperatedPostgres;
  let redis: RedisServer;
  let products: [Product, Product];
  let chatters: Chatters;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startTestRedis()]);
    const dataDir = mkdtempSync(join(tmpdir(), 'operations-redis-'));
    const start = (): Promise<Product> => startProduct({ databaseUrl: postgres.url, redisUrl: redis.url, dataDir });
    products = [await start(), await start()];
    chatters = await startChatters(products[0].url, products[1].url);
  });
  afterAll(async () => {
    await chatters?.close();
    await Promise.all((products ?? []).map((product) => product.stop()));
    await redis?.stop();
    await postgres?.stop();
  });

  /** Nobody's connection broke, everybody has everything, and every session goes on. */
  const nothingIsLost = async (): Promise<void> => {
    await chatters.pause();
    await chatters.agree();
    expect(chatters.people.map(({ losses, resets, faults }) => ({ losses, resets, faults }))).toEqual(chatters.people.map(() => ({ losses: 0, resets: [], faults: [] })));
    for (const [index, { account }] of chatters.people.entries()) {
      Object.assign(account, await call(products[index % 2 === 0 ? 0 : 1].url, 'refresh-token', { refreshToken: account.refreshToken }));
    }
    chatters.resume();
  };

  const mailsAreSent = async (): Promise<void> => {
    const left = async (): Promise<number> => (await postgres.query<{ left: number }>(`select count(*)::int as left from mails where status <> 'sent'`))[0]?.left ?? -1;
    for (const deadline = Date.now() + mailsWithinMs; await left() > 0; await pause(200)) if (Date.now() > deadline) throw new Error(`${await left()} mails were not sent`);
  };

  it('FLUSHALL, again and again, costs no message, connection, session or mail', async () => {
    const client = new Redis(redis.url);
    for (let turn = 0; turn < 10; turn += 1) {
      await chatters.more(10);
      const registered = newAccount(products[0].url, `flushed-${turn}@example.com`);
      await client.flushall();
      await registered;
    }
    client.disconnect();
    await nothingIsLost();
  });

  it('nor does a Redis that ends, and one that takes its place empty', async () => {
    const { port } = redis;
    await redis.kill();
    await chatters.more(60);
    for (const name of ['away-1', 'away-2']) await newAccount(products[1].url, `${name}@example.com`);
    redis = await startTestRedis({ port });
    await chatters.more(60);
    await nothingIsLost();
    await mailsAreSent();
  });
});
