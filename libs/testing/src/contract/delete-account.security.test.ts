import { randomBytes } from 'node:crypto';
import { friendConversationId } from '@chat-backend/database';
import { Redis } from 'ioredis';
import pg from 'pg';
import { searchColumns } from '../search-columns';
import { succeed, succeedWith } from './api-client';
import { newPerson, testPassword, type TestPerson } from './people';
import { connectSocket } from './socket-client';
import { startCluster, type Cluster } from './start-cluster';

const numberFrom = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
/** Sizes of one account; messages are an even number. */
const messages = numberFrom('DELETION_MESSAGES', 3_000);
const friends = numberFrom('DELETION_FRIENDS', 150);
const groups = numberFrom('DELETION_GROUPS', 150);

interface Stored { rows: string; unerased: string; highest_seq: string; highest_revision: string; changed: string }

/** A deletion is a row first: whatever dies afterwards, it comes to its end. */
const holder = 'holds what is waited for';

describe('the deletion of an account in the cluster', () => {
  let cluster: Cluster;
  let gone: TestPerson;
  let friend: TestPerson;
  const lockers: pg.Client[] = [];
  const canaries = { userName: `name ${randomBytes(8).toString('hex')}`, about: `about ${randomBytes(8).toString('hex')}`, profileImage: `https://x.example/${randomBytes(8).toString('hex')}` };
  const said = `said ${randomBytes(8).toString('hex')}`;
  beforeAll(async () => { cluster = await startCluster({}); }, 120_000);
  afterAll(async () => {
    for (const locker of lockers) await locker.end().catch(() => undefined);
    await cluster.stop();
  }, 60_000);

  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 60_000; !await holds().catch(() => false);) {
      if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  };
  const ids = async (sql: string, values: readonly unknown[]): Promise<string[]> => (await cluster.query<{ id: string }>(sql, values)).map(({ id }) => id);
  const addUsers = (count: number) => ids(
    `insert into users (id, email, password_hash, pepper_id, is_verified, updated_at)
     select id, id || '@example.com', 'none', 'none', true, now() from (select gen_random_uuid() as id from generate_series(1, $1)) n returning id`, [count]);
  const addFriends = async (): Promise<string[]> => {
    const others = await addUsers(friends);
    await cluster.query('insert into friendships (low_user_id, high_user_id) select least($1::uuid, id), greatest($1::uuid, id) from unnest($2::uuid[]) id', [gone.id, others]);
    return others;
  };
  const addGroups = async (): Promise<string[]> => {
    const added = await ids(`insert into groups (id, name, owner_id) select gen_random_uuid(), 'a group', $1 from generate_series(1, $2) returning id`, [gone.id, groups]);
    await cluster.query(`insert into group_members (group_id, user_id, role) select id, $1, 'owner' from unnest($2::uuid[]) id`, [gone.id, added]);
    await cluster.query(`insert into group_members (group_id, user_id, joined_at) select id, $1, now() + interval '1 second' from unnest($2::uuid[]) id`, [friend.id, added.slice(1)]);
    return added;
  };
  /** As sending would have left them: half of all. */
  const addMessages = async (friendId: string): Promise<string> => {
    const conversationId = friendConversationId(gone.id, friendId);
    await cluster.query('insert into conversations (id, last_seq) values ($1, $2)', [conversationId, messages / 2]);
    await cluster.query(
      `insert into messages (conversation_id, seq, id, sender_id, recipient_id, is_group, client_message_id, message_type, body)
       select $1, n, gen_random_uuid(), $2, $3, false, gen_random_uuid(), 'TEXT', $4 from generate_series(1, $5) n`, [conversationId, gone.id, friendId, said, messages / 2]);
    await cluster.query('insert into chats (user_id, conversation_id, chat_id, is_group) values ($1, $3, $2, false), ($2, $3, $1, false)', [gone.id, friendId, conversationId]);
    return conversationId;
  };
  /** A conversation that cannot be locked: whoever comes to it waits. */
  const hold = async (conversationId: string): Promise<() => Promise<void>> => {
    const locker = new pg.Client({ connectionString: cluster.databaseUrl, application_name: holder });
    lockers.push(locker);
    await locker.connect();
    await locker.query('begin');
    await locker.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [conversationId]);
    return async () => { await locker.query('rollback'); };
  };
  /** While it waits for what is held here, and not for a moment for another of its own. */
  const killWhileItWaits = async (service: string): Promise<void> => {
    await until(`${service} waits`, async () => (await cluster.query(
      'select 1 from pg_stat_activity w join pg_stat_activity h on h.pid = any (pg_blocking_pids(w.pid)) where w.application_name like $1 and h.application_name = $2',
      [`chat-backend ${service}%`, holder])).length > 0);
    const restarted = cluster.nextProcess();
    process.kill(cluster.processes.findLast((line) => line.service === service)?.pid ?? 0, 'SIGKILL');
    await restarted;
  };
  const storedIn = async (conversationId: string): Promise<Stored | undefined> => (await cluster.query<Stored>(
    `select count(*) as rows, count(*) filter (where sender_id = $2 and (body <> '' or deleted_at is null)) as unerased, max(seq) as highest_seq,
       max(revision) as highest_revision, count(*) filter (where revision > 0) as changed from messages where conversation_id = $1`, [conversationId, gone.id]))[0];
  const everythingInRedis = async (): Promise<string> => {
    const redis = new Redis(cluster.processes.findLast(({ service }) => service === 'redis')?.port ?? 0);
    const read: Record<string, (key: string) => Promise<unknown>> = {
      string: (key) => redis.get(key), hash: (key) => redis.hgetall(key), list: (key) => redis.lrange(key, 0, -1), set: (key) => redis.smembers(key),
      zset: (key) => redis.zrange(key, '0', '-1'), stream: (key) => redis.xrange(key, '-', '+'),
    };
    const keys = await redis.keys('*');
    const values = await Promise.all(keys.map(async (key) => read[await redis.type(key)]?.(key)));
    redis.disconnect();
    return JSON.stringify([keys, values]);
  };

  it('comes to its end, whatever is killed in the middle of it', async () => {
    [gone, friend] = await Promise.all([newPerson(cluster), newPerson(cluster)]);
    await succeed(cluster.url, 'update-profile', { token: gone.token, ...canaries });
    await succeed(cluster.url, 'sent-request', { token: gone.token, to: friend.id });
    await succeed(cluster.url, 'accept-request', { token: friend.token, to: gone.id });
    const [addedFriends, addedGroups] = [await addFriends(), await addGroups()];
    // Erased in the order of their ids: the first is done when the second is waited for.
    const conversations = [await addMessages(friend.id), await addMessages(addedFriends[0] ?? '')].sort();
    const texts = [gone.email, ...Object.values(canaries), said];
    for (const text of texts) expect(await searchColumns(cluster.query, text)).not.toEqual([]);
    const sockets = await Promise.all(cluster.socketUrls.map((url) => connectSocket(url, gone.token)));

    const [someFriend, someGroup] = [addedFriends[Math.floor(friends / 2)] ?? '', addedGroups.toSorted()[Math.floor(groups / 2)] ?? ''];
    const releases = [await hold(friendConversationId(gone.id, someFriend)), await hold(someGroup), await hold(conversations[1] ?? '')];
    const closed = Promise.all(sockets.map((socket) => socket.next('disconnect')));
    process.kill(cluster.processes.findLast(({ service }) => service === 'redis')?.pid ?? 0, 'SIGKILL');
    const calledAt = Date.now();
    await succeed(cluster.url, 'delete-account', { token: gone.token, password: testPassword, messages: 'erase' });
    const answeredAt = Date.now();
    await closed;
    const closedAfterMs = Date.now() - answeredAt;
    expect(closedAfterMs).toBeLessThan(3_000);

    const killed = ['messaging', 'group', 'social-graph'];
    for (const service of killed) await killWhileItWaits(service);
    const halfDone = {
      messages: await Promise.all(conversations.map(async (id) => Number((await storedIn(id))?.unerased))),
      groups: (await cluster.query('select 1 from group_members where user_id = $1', [gone.id])).length,
      friends: (await cluster.query('select 1 from friendships where $1 in (low_user_id, high_user_id)', [gone.id])).length,
    };
    expect(halfDone.messages).toEqual([0, messages / 2]);
    for (const left of [halfDone.groups, halfDone.friends]) expect(left).toBeGreaterThan(0);
    for (const release of releases) await release();

    // What the user had under way has ended by now, a minute later as far as the rows tell.
    await cluster.query(`update account_deletions set requested_at = requested_at - interval '1 minute' where user_id = $1`, [gone.id]);
    await until('all is done', async () => (await cluster.query('select 1 from account_deletions where user_id = $1 and completed_at is not null', [gone.id])).length === 1);

    const all = String(messages / 2);
    for (const id of conversations) expect(await storedIn(id)).toEqual({ rows: all, unerased: '0', highest_seq: all, highest_revision: all, changed: all });
    for (const text of texts) expect(await searchColumns(cluster.query, text)).toEqual([]);
    const inRedis = await everythingInRedis();
    expect(texts.filter((text) => inRedis.includes(text))).toEqual([]);
    for (const sql of [
      'select 1 from group_members where user_id = $1', 'select 1 from groups where owner_id = $1', 'select 1 from friendships where $1 in (low_user_id, high_user_id)',
      'select 1 from friend_requests where $1 in (from_user_id, to_user_id)', 'select 1 from chats where user_id = $1', 'select 1 from user_logs where user_id = $1',
      'select 1 from user_log_entries where user_id = $1',
    ]) expect([sql, await cluster.query(sql, [gone.id])]).toEqual([sql, []]);
    expect(await cluster.query('select 1 from groups where owner_id = $1', [friend.id])).toHaveLength(groups - 1);
    expect(await cluster.query('select 1 from groups where closed_at is not null')).toHaveLength(1);
    expect(await succeedWith(cluster.url, 'get-chat-details', { token: friend.token, chatId: gone.id, chatType: 'friend' }))
      .toEqual({ id: gone.id, user_name: null, about: null, profile_image: null });
    process.stdout.write(`Deleted an account of ${messages} messages, ${friends + 1} friends and ${groups} groups, with ${killed.join(', ')} and Redis killed in the middle: `
      + `answered in ${answeredAt - calledAt} ms, sockets of both pods closed ${closedAfterMs} ms later; nothing left in any column or in Redis.\n`);
  }, 240_000);
});
