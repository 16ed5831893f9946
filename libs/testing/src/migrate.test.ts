import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { migrate, migrationsFolder } from '@chat-backend/database';
import pg from 'pg';
import { startTcpProxy, type TcpProxy } from './tcp-proxy';
import { createBareDatabase, type TestDatabase } from './test-database';

jest.setTimeout(60_000);
const things = 'create table things (id integer);';
const thingsIndex = 'create index concurrently "things_idx" on things (id);';

describe('migrating', () => {
  let database: TestDatabase;
  beforeEach(async () => { database = await createBareDatabase(); });
  afterEach(() => database.drop());

  const invalidIndexes = () => database.query('select indexrelid::regclass::text as name from pg_index where not indisvalid');
  const count = async (sql: string): Promise<number> => (await database.query<{ n: number }>(`select count(*)::int as n from ${sql}`))[0]?.n ?? 0;
  /** Another session in a transaction, which stands in the way of what needs the whole table, or an index of it. */
  const somebodyUsing = async (): Promise<{ leave: () => Promise<void> }> => {
    const client = new pg.Client({ connectionString: database.administratorUrl });
    await client.connect();
    await client.query('begin isolation level repeatable read');
    await client.query('select * from things');
    return { leave: () => client.end() };
  };

  // A cluster starts all of its processes at once. Those that wait may not stand in the way of an index that is built CONCURRENTLY.
  it.each([1, 2, 3])('is done by one of several that start at once, and the others start, too (%i)', async () => {
    const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(database.administratorUrl, migrationsFolder)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await invalidIndexes()).toEqual([]);
    const made = await database.query("select relname as name from pg_class where relname in ('groups_open_idx', 'users_unverified_idx') order by 1");
    expect(made).toEqual([{ name: 'groups_open_idx' }, { name: 'users_unverified_idx' }]);
  });

  describe('what gave up or was cut off', () => {
    let folder: string;
    let proxy: TcpProxy;
    let throughProxy: string;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'chat-backend-migrations-'));
      const url = new URL(database.administratorUrl);
      proxy = await startTcpProxy(Number(url.port));
      url.port = String(proxy.port);
      throughProxy = url.href;
      write('1_things', things);
      await again();
    });
    afterEach(async () => {
      await proxy.close();
      rmSync(folder, { recursive: true });
    });

    const write = (name: string, sql: string): void => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'migration.sql'), sql);
    };
    const again = () => migrate(database.administratorUrl, folder);
    const underWay = async (sql: string): Promise<void> => {
      while (await count(`pg_stat_activity where application_name = 'chat-backend migrate' and datname = current_database() and state = 'active' and query like '%${sql}%'`) === 0) await wait(10);
    };
    /** As a process that is killed: its server works on until it has something to say. */
    const cutOff = async (sql: string): Promise<void> => {
      const migrating = migrate(throughProxy, folder);
      const ended = expect(migrating).rejects.toThrow('gave up');
      await underWay(sql);
      proxy.cut('');
      await ended;
    };

    it('a table that is in use stops it, changes nothing, and it is tried again', async () => {
      write('2_more', "set lock_timeout = '50ms'; create table more (id integer); alter table things add column more integer;");
      const somebody = await somebodyUsing();
      await expect(again()).rejects.toThrow('The migration 2_more gave up, and is tried again by the next start: canceling statement due to lock timeout');
      expect(await count("pg_class where relname = 'more'")).toBe(0);
      await somebody.leave();
      expect(await again()).toEqual(['2_more']);
      expect(await again()).toEqual([]);
    });

    it('a process that is killed while it migrates is followed by one that does it', async () => {
      write('2_more', 'create table more (id integer); select pg_sleep(0.5);');
      await cutOff('pg_sleep');
      expect(await again()).toEqual(['2_more']);
    });

    it('a process that is killed while the server builds an index leaves it to the server', async () => {
      write('2_index', thingsIndex);
      const somebody = await somebodyUsing();
      await cutOff('concurrently');
      // The version before, which does not know it, starts beside nothing that is unfinished.
      expect(await count('_prisma_migrations where finished_at is null and rolled_back_at is null')).toBe(0);
      await somebody.leave();
      expect(await again()).toEqual(['2_index']);
      expect(await invalidIndexes()).toEqual([]);
      expect(await again()).toEqual([]);
    });

    it.each(['terminate', 'cancel'])('an index that stayed invalid is built anew (%s)', async (end) => {
      write('2_index', thingsIndex);
      const somebody = await somebodyUsing();
      const gaveUp = expect(again()).rejects.toThrow('The migration 2_index gave up');
      await underWay('concurrently');
      // It stands in the catalogue, not yet to be used.
      while ((await invalidIndexes()).length === 0) await new Promise(setImmediate);
      await database.query(`select pg_${end}_backend(pid) from pg_stat_activity where application_name = 'chat-backend migrate' and datname = current_database()`);
      await gaveUp;
      expect(await invalidIndexes()).toEqual([{ name: 'things_idx' }]);
      await somebody.leave();
      expect(await again()).toEqual(['2_index']);
      expect(await invalidIndexes()).toEqual([]);
      expect(await count('_prisma_migrations where finished_at is null and rolled_back_at is null')).toBe(0);
    });

    const begun = (name: string, logs: string | null) =>
      database.query("insert into _prisma_migrations (id, checksum, migration_name, logs) values (gen_random_uuid()::text, '', $1, $2)", [name, logs]);

    it('a migration of a later version that did not end stops nobody of this one', async () => {
      await begun('9_later', null);
      expect(await again()).toEqual([]);
    });

    it('one that failed under a version that left its row unfinished is tried again', async () => {
      write('2_more', 'create table more (id integer);');
      await begun('2_more', 'canceling statement due to lock timeout');
      expect(await again()).toEqual(['2_more']);
    });

    it('one that such a version was cut off in is not guessed at', async () => {
      write('2_more', 'create table more (id integer);');
      await begun('2_more', null);
      await expect(again()).rejects.toThrow('The migration 2_more was cut off, and it is not known whether');
    });
  });
});
