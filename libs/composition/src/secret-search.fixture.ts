import type { TestDatabase } from '@chat-backend/testing';
import { Redis } from 'ioredis';

/** Somewhere that is looked through, and all that stands there. */
export interface Place { name: string; text: string }

export interface SecretSearch {
  /** Notes what must be found nowhere. @returns it */
  add(name: string, secret: string): string;
  has(secret: string): boolean;
  size(): number;
  /** `<name of the secret> in <name of the place>`, for each that is there. */
  find(places: readonly Place[]): string[];
}

/** Alone, or in quotes, or after a colon, but neither a part of a longer number or name nor the fraction of a second. */
const codePattern = (code: string): RegExp => new RegExp(`(?<!\\w|\\d\\.)${code}(?!\\w)`);

/** A token is known by its signature: whoever has the other parts alone has nothing. Bytes are shown in hex by Postgres, and in base64 by some. */
const needlesOf = (secret: string): string[] => {
  const needle = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(secret)?.[1] ?? secret;
  return [needle, Buffer.from(needle).toString('hex'), Buffer.from(needle).toString('base64').replace(/=+$/, '')];
};

const isIn = (secret: string) => {
  if (/^\d{6}$/.test(secret)) return ({ text }: Place): boolean => codePattern(secret).test(text);
  const needles = needlesOf(secret);
  return ({ text }: Place): boolean => needles.some((needle) => text.includes(needle));
};

export const createSecretSearch = (): SecretSearch => {
  const names = new Map<string, string>();
  return {
    add(name, secret) {
      if (secret.length < 6) throw new Error(`${name} is too short to be looked for`);
      names.set(secret, name);
      return secret;
    },
    has: (secret) => names.has(secret),
    size: () => names.size,
    find: (places) => [...names].flatMap(([secret, name]) => places.filter(isIn(secret)).map((place) => `${name} in ${place.name}`)),
  };
};

/** Every row of every table of every schema, as text: so every column, JSON and bytes too. */
export const readTables = async (database: TestDatabase): Promise<Place[]> => {
  const tables = await database.query<{ table: string }>(
    "select format('%I.%I', schemaname, tablename) as table from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1");
  const places: Place[] = [];
  for (const { table } of tables) {
    const rows = await database.query<{ row: string }>(`select t::text as row from ${table} t`);
    places.push({ name: `table ${table}`, text: rows.map(({ row }) => row).join('\n') });
  }
  return places;
};

const readKey = async (client: Redis, key: string): Promise<string> => {
  const type = await client.type(key);
  if (type === 'hash') return JSON.stringify(await client.hgetall(key));
  if (type === 'stream') return JSON.stringify(await client.xrange(key, '-', '+'));
  if (type === 'zset') return JSON.stringify(await client.zrange(key, 0, '-1', 'WITHSCORES'));
  if (type === 'list') return JSON.stringify(await client.lrange(key, 0, -1));
  if (type === 'set') return JSON.stringify(await client.smembers(key));
  return String(await client.get(key));
};

export interface RedisWatch {
  /** Every key and value that is there now, and every command that came since the watch began, with what it carried. */
  read(): Promise<Place[]>;
  client: Redis;
  stop(): void;
}

export const watchRedis = async (url: string): Promise<RedisWatch> => {
  const client = new Redis(url);
  const commands: string[] = [];
  const monitor = await client.monitor();
  monitor.on('monitor', (_time: string, words: string[]) => { commands.push(words.join(' ')); });
  return {
    client,
    async read() {
      const places: Place[] = [];
      for (const key of await client.keys('*')) places.push({ name: `Redis key ${key}`, text: `${key} ${await readKey(client, key)}` });
      return [...places, { name: 'a command to Redis', text: commands.join('\n') }];
    },
    stop() {
      monitor.disconnect();
      client.disconnect();
    },
  };
};

/** What the metrics say in names and labels; their numbers are counts, some of them of six digits. */
export const readMetrics = async (port: number): Promise<Place> => {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return { name: 'the metrics', text: text.replaceAll(/ \S+$/gm, '') };
};
