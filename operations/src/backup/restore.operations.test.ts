import { chmodSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@chat-backend/testing';
import { runCommands } from '../page-commands';
import { startPostgres, type OperatedPostgres } from '../postgres/start-postgres';
import { call, readHistory } from '../product/call';
import { startChatters, type Acknowledged, type Chatter, type Chatters } from '../product/chatters';
import { startProduct, type Product } from '../product/start-product';

/** Where the restore has put what was there. */
const setAside = (folder: string): string => {
  const [name] = readdirSync(dirname(folder)).filter((one) => one.startsWith(`${basename(folder)}.before-`));
  return join(dirname(folder), name ?? 'nothing was set aside');
};

/** One after the other, on one database: what the page says of it, in the order in which an operator comes to it. */
describe('docs/operations.md, backup and restore of Postgres', () => {
  let postgres: OperatedPostgres;
  let product: Product;
  let chatters: Chatters;
  let port: number;
  const dataDir = mkdtempSync(join(tmpdir(), 'operations-data-'));
  const start = (databaseUrl = postgres.url): Promise<Product> => startProduct({ databaseUrl, dataDir, port });
  const run = (name: string, more: NodeJS.ProcessEnv = {}) => runCommands(name, { ...postgres.runner, env: { ...postgres.runner.env, ...more } });

  beforeAll(async () => {
    postgres = await startPostgres();
    port = await freePort();
    product = await start();
    chatters = await startChatters(product.url);
  });
  afterAll(async () => {
    await chatters?.close();
    await product?.stop();
    await postgres?.stop();
  });

  const second = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
  /** Those that a restore chooses from. */
  const bases = (): string[] => readdirSync(postgres.backup).filter((name) => name.startsWith('base-'));
  /** The commands find this where they look for a tool. */
  const inPlaceOf = (tool: string, script: string): NodeJS.ProcessEnv => {
    const folder = mkdtempSync(join(tmpdir(), 'operations-tool-'));
    const path = postgres.runner.env['PATH'] ?? '';
    writeFileSync(join(folder, tool), `#!/bin/sh\nPATH='${path}'\n${script}\n`);
    for (const each of [folder, join(folder, tool)]) chmodSync(each, 0o755);
    return { PATH: `${folder}:${path}` };
  };

  /** What the server has of a conversation, as somebody reads it who is in it. */
  const stored = async (url: string, { account: { token } }: Chatter, chat: { chatId: string; chatType: 'friend' | 'group' }): Promise<string[]> => {
    const items = await readHistory(url, token, chat.chatId, chat.chatType);
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, index) => index + 1));
    return items.map(({ message }) => message);
  };
  const chatsOf = (person: Chatter) => [...new Set(chatters.acknowledged.map(({ conversation }) => conversation))]
    .flatMap((conversation) => { const chat = chatters.chatOf(person, conversation); return chat === undefined ? [] : [{ conversation, chat }]; });
  const missing = async (url: string, wanted: readonly Acknowledged[]): Promise<string[]> => {
    const lost: string[] = [];
    for (const person of chatters.people) {
      for (const { conversation, chat } of chatsOf(person)) {
        const texts = await stored(url, person, chat);
        lost.push(...wanted.filter((one) => one.conversation === conversation && texts[one.seq - 1] !== one.text).map(({ text }) => text));
      }
    }
    return lost;
  };

  let moment: string;
  let before: Acknowledged[];
  let after: Acknowledged[];

  it('takes a base backup and archives the log, under load', async () => {
    await chatters.more(50);
    // It starts Postgres again: what is under way is tried again, and nobody notices.
    await run('archive');
    await chatters.more(50);
    // What is not whole is no base to restore.
    await expect(run('base-backup', inPlaceOf('pg_verifybackup', 'exit 1'))).rejects.toThrow('"base-backup" of docs/operations.md failed');
    expect(bases()).toEqual([]);
    const begun = Date.now();
    await run('base-backup', inPlaceOf('pg_basebackup', 'sleep 1.1; exec pg_basebackup "$@"'));
    const [base = ''] = bases();
    expect(base >= `base-${second(begun + 1_000)}`).toBe(true);
    // The names know seconds: a moment of the same one is before it.
    do await chatters.more(100); while (`base-${second(Date.now())}` <= base);
    before = [...chatters.acknowledged];
    [{ now: moment } = { now: '' }] = await postgres.query<{ now: string }>('select clock_timestamp()::text as now');
    await chatters.more(100);
    await chatters.pause();
    await chatters.agree();
    after = chatters.acknowledged.slice(before.length);
    expect(await postgres.query('select failed_count::int as failed from pg_stat_archiver')).toEqual([{ failed: 0 }]);
  });

  it('restores that moment: what was acknowledged before it is there, and its numbers have no gap', async () => {
    // But for the first they come back only when somebody has written.
    for (const { client } of chatters.people.slice(1)) client.disconnect();
    await product.stop();
    await run('restore', { MOMENT: moment });
    // The file that Postgres had not filled: what was put back in its place could not archive the whole one.
    expect(readdirSync(join(postgres.backup, 'wal'))).not.toContain(await postgres.unfinishedLogFile(setAside(postgres.folder)));
    product = await start();
    expect(await missing(product.url, before)).toEqual([]);
    const [{ latest } = { latest: '' }] = await postgres.query<{ latest: string }>(`select max(created_at)::text as latest from messages where created_at > '${moment}'`);
    expect(latest).toBeNull();
  });

  it('clients begin their chats anew, also where others have written past what they had, go on, and agree', async () => {
    const from = chatters.acknowledged.length;
    const [first, ...others] = chatters.people as [Chatter, ...Chatter[]];
    await first.client.connect();
    for (const { conversation } of chatsOf(first)) {
      const reached = Math.max(...after.filter((one) => one.conversation === conversation).map(({ seq }) => seq));
      while ((await chatters.writeOne(first, conversation)).seq <= reached);
    }
    for (const { client } of others) await client.connect();
    for (const person of chatters.people) {
      expect(person.resets.map(({ conversation }) => conversation).sort()).toEqual(chatsOf(person).map(({ conversation }) => conversation).sort());
    }
    chatters.resume();
    await chatters.more(60);
    await chatters.pause();
    await chatters.agree(from);
    expect(await missing(product.url, [...before, ...chatters.acknowledged.slice(from)])).toEqual([]);
    for (const person of chatters.people) {
      for (const { conversation, chat } of chatsOf(person)) {
        const texts = await stored(product.url, person, chat);
        for (const [seq, text] of person.shown.get(conversation) ?? []) expect({ seq, text }).toEqual({ seq, text: texts[seq - 1] });
      }
    }
  });

  it('the new line of history is archived, too', async () => {
    const [{ last } = { last: '' }] = await postgres.query<{ last: string }>('select pg_walfile_name(pg_switch_wal()) as last');
    await postgres.query('checkpoint');
    while (!readdirSync(join(postgres.backup, 'wal')).includes(last)) await wait(50);
    expect(await postgres.query('select failed_count::int as failed from pg_stat_archiver')).toEqual([{ failed: 0 }]);
  });

  it('a dump and its restore hold one moment, whole, for the role of the product', async () => {
    const all = [...before, ...chatters.acknowledged.slice(before.length + after.length)];
    await postgres.query('create role product login');
    await run('dump');
    await run('restore-dump', { OWNER: 'product' });
    await product.stop();
    product = await start(postgres.url.replace('chat@', 'product@').replace(/chat$/, 'chat_restored'));
    expect(await missing(product.url, all)).toEqual([]);
    for (const { account: { refreshToken } } of chatters.people) await call(product.url, 'refresh-token', { refreshToken });
  });
});

describe('docs/operations.md, the embedded Postgres', () => {
  it('is copied night after night, and comes back as it was at the last copy', async () => {
    // Where only its owner gets: run by root, Postgres then keeps its data elsewhere, behind a link.
    const place = mkdtempSync(join(tmpdir(), 'operations-folder-'));
    const dataDir = join(place, 'data');
    const env = { ...process.env, DATA_DIR: dataDir, BACKUP: join(place, 'backup') };
    mkdirSync(env.BACKUP);
    let product = await startProduct({ dataDir });
    const chatters = await startChatters(product.url);
    let before: Acknowledged[] = [];
    for (const _night of [1, 2]) {
      await chatters.more(30);
      await chatters.pause();
      before = [...chatters.acknowledged];
      await product.stop();
      await runCommands('copy-folder', { env });
      product = await startProduct({ dataDir, port: product.port });
      chatters.resume();
    }
    await chatters.more(30);
    await chatters.close();
    await product.stop();
    await runCommands('restore-folder', { env });

    product = await startProduct({ dataDir });
    const [ann] = chatters.people;
    const items = await readHistory(product.url, ann?.account.token ?? '', chatters.group, 'group');
    expect(items.map(({ seq, message }) => ({ seq, text: message }))).toEqual(
      before.filter(({ conversation }) => conversation === chatters.group).map(({ seq, text }) => ({ seq, text })).sort((one, other) => one.seq - other.seq));
    await product.stop();
  });
});
