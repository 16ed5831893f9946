import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsFolder } from '@chat-backend/database';
import { startTestRedis, type RedisServer } from '@chat-backend/testing';
import pg from 'pg';
import { befriend, call, newAccount, readHistory } from '../product/call';
import { startChatters, type Chatters } from '../product/chatters';
import { startProduct, testSecretKey, type Product } from '../product/start-product';
import { buildPreviousRelease } from './build-previous-release';

/** The documented calls of accounts, friends, groups and messages: what breaks first when a table changes under them. */
const mainCalls = async (url: string, name: string): Promise<void> => {
  const [one, other] = [await newAccount(url, `${name}-1@example.com`), await newAccount(url, `${name}-2@example.com`)];
  await call(url, 'update-profile', { token: one.token, userName: name });
  await befriend(url, one, other);
  expect(await call(url, 'get-all-friends', { token: other.token })).toMatchObject([{ id: one.id, user_name: name }]);
  const { id: groupId } = await call<{ id: string }>(url, 'create-group', { token: one.token, groupName: name });
  await call(url, 'join-group', { token: other.token, groupId });
  expect(await call<unknown[]>(url, 'get-group-members', { token: one.token, groupId })).toHaveLength(2);
  await call(url, 'leave-group', { token: other.token, groupId });
  await call(url, 'block-user', { token: one.token, to: other.id });
  await call(url, 'unblock-user', { token: one.token, to: other.id });
  await call(url, 'refresh-token', { refreshToken: one.refreshToken });
  await call(url, 'forgot-password', { email: other.email });
  await call(url, 'delete-account', { token: other.token, password: other.password });
  await call(url, 'logout', { token: one.token });
};

describe('the previous release', () => {
  const name = `upgrade_${process.pid}`;
  const databaseUrl = `${process.env['TEST_POSTGRES_URL'] ?? ''}/${name}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'operations-upgrade-'));
  let redis: RedisServer;
  let release: string;
  let old: Product;
  let chatters: Chatters;

  const onServer = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: `${process.env['TEST_POSTGRES_URL'] ?? ''}/postgres` });
    await client.connect();
    try { await client.query(sql); } finally { await client.end(); }
  };
  const start = (product?: string): Promise<Product> => startProduct({ databaseUrl, redisUrl: redis.url, dataDir, env: { SECRET_KEY: testSecretKey }, ...(product === undefined ? {} : { product }) });

  beforeAll(async () => {
    release = await buildPreviousRelease();
    redis = await startTestRedis();
    await onServer(`create database ${name}`);
    old = await start(release);
    chatters = await startChatters(old.url);
  }, 300_000);
  afterAll(async () => {
    await chatters?.close();
    await old?.stop();
    await redis?.stop();
    await onServer(`drop database if exists ${name} with (force)`);
  });

  it('goes on without a failure while its database is migrated', async () => {
    await chatters.more(30);
    const applied = await migrate(databaseUrl, migrationsFolder);
    await chatters.more(60);
    await mainCalls(old.url, `after-${applied.length}`);
    expect(old.errors).toEqual([]);
    expect(chatters.people.map(({ losses }) => losses)).toEqual([0, 0, 0]);
  });

  it('runs beside the new one: what is sent to either reaches the readers of both', async () => {
    const current = await start();
    const both = await startChatters(current.url, old.url);
    await both.more(60);
    await both.pause();
    await both.agree();
    await mainCalls(current.url, 'beside');
    await both.close();
    expect([...old.errors, ...current.errors]).toEqual([]);
    await current.stop();
  });

  it('starts again on the new schema, as who goes back needs, and has everything', async () => {
    await chatters.pause();
    await chatters.agree();
    const again = await start(release);
    await mainCalls(again.url, 'again');
    const [ann] = chatters.people;
    const items = await readHistory(again.url, ann?.account.token ?? '', chatters.group, 'group');
    expect(items.map(({ message }) => message)).toEqual(
      chatters.acknowledged.filter(({ conversation }) => conversation === chatters.group).sort((one, other) => one.seq - other.seq).map(({ text }) => text));
    expect(again.errors).toEqual([]);
    await again.stop();
  });
});
