import type { TestDatabase } from '@chat-backend/testing';
import { Redis } from 'ioredis';

/** The queue as it lies in its store: on Redis where there is an address of one, else on Postgres. */
export interface StoredQueue {
  /** Everything that it holds, as text. */
  content(): Promise<string>;
  /** What an operator, or a Redis that lost its data, leaves of it. */
  empty(): Promise<void>;
}

const onPostgres = (database: TestDatabase): StoredQueue => ({
  async content() {
    const tables = await database.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'bullmq'`);
    const contents = await Promise.all(tables.map(({ name }) => database.query<{ row: string }>(`select t::text as row from bullmq."${name}" t`)));
    return contents.flat().map(({ row }) => row).join('\n');
  },
  async empty() { await database.query('truncate bullmq.job, bullmq.event cascade'); },
});

const valueOf = async (client: Redis, name: string): Promise<unknown> => {
  switch (await client.type(name)) {
    case 'hash': return client.hgetall(name);
    case 'stream': return client.xrange(name, '-', '+');
    case 'zset': return client.zrange(name, 0, '-1');
    case 'list': return client.lrange(name, 0, -1);
    default: return client.get(name);
  }
};

const onRedis = (url: string): StoredQueue => {
  const connected = async <Result>(act: (client: Redis) => Promise<Result>): Promise<Result> => {
    const client = new Redis(url);
    try { return await act(client); } finally { client.disconnect(); }
  };
  return {
    content: () => connected(async (client) => {
      const names = await client.keys('*');
      const values = await Promise.all(names.map((name) => valueOf(client, name)));
      return names.map((name, index) => `${name} ${JSON.stringify(values[index])}`).join('\n');
    }),
    empty: () => connected(async (client) => { await client.flushall(); }),
  };
};

export const storedQueue = (database: TestDatabase, redisUrl: string | undefined): StoredQueue => (redisUrl === undefined ? onPostgres(database) : onRedis(redisUrl));
