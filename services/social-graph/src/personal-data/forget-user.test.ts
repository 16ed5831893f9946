import { friendConversationId } from '@chat-backend/database';
import { createInProcessEvents } from '@chat-backend/events';
import { behindSending, createTestContext, storedLog } from '@chat-backend/testing';
import pg from 'pg';
import { openSocialGraphDatabase, type SocialGraphDatabase } from '../db';
import { idsOf, startSocialGraphUnderTest, type SocialGraphUnderTest } from '../social-graph.fixture';
import { forgetUser } from './forget-user';

const going = new AbortController().signal;

describe('a deleted user', () => {
  let graph: SocialGraphUnderTest;
  let database: SocialGraphDatabase;
  beforeAll(async () => {
    graph = await startSocialGraphUnderTest();
    database = openSocialGraphDatabase({ url: graph.database.urlFor('social-graph'), poolSize: 4 });
  });
  afterAll(async () => {
    await database.close();
    await graph.stop();
  });

  const { logger } = createTestContext(undefined);
  const events = createInProcessEvents();
  const erase = (userId: string, signal = going) => forgetUser({ database, events, logger })({ userId, erasesMessages: false }, signal);
  const addNamed = () => graph.addUser({ userName: 'somebody', about: 'a life', profileImage: 'https://example.com/me.png' });
  /** Their account's row is gone, as auth leaves it. */
  const remove = (userId: string) => graph.database.query('delete from users where id = $1', [userId]);
  const rowsAbout = async (userId: string): Promise<number> => (await graph.database.query(
    `select 1 from friendships where $1 in (low_user_id, high_user_id) union all select 1 from friend_requests where $1 in (from_user_id, to_user_id)
     union all select 1 from blocks where $1 in (blocker_id, blocked_id)`, [userId])).length;
  const nobody = (id: string) => ({ id, user_name: null, about: null, profile_image: null });
  const remembered = (name: string) => graph.database.query('select 1 from user_log_entries where payload::text like $1', [`%${name}%`]);

  it('has no friends, requests and blocks any more, and all who had something with them are told', async () => {
    const gone = await addNamed();
    const [friend, asked, asking, former, blocker, blocked] = await graph.addUsers(6) as [string, string, string, string, string, string];
    await graph.befriend(gone, friend);
    await graph.call('sent-request', gone, { to: asked });
    await graph.call('sent-request', asking, { to: gone });
    await graph.befriend(gone, former);
    await graph.call('remove-friend', gone, { to: former });
    await graph.block(blocker, gone);
    await graph.block(gone, blocked);
    expect(await remembered('somebody')).toHaveLength(4);

    await remove(gone);
    await erase(gone);
    expect(await rowsAbout(gone)).toBe(0);
    for (const other of [friend, asked, asking, former]) {
      expect((await storedLog(graph.database, other)).at(-1)).toMatchObject({ kind: 'friendship', state: 'none', user: nobody(gone) });
    }
    expect(await remembered('somebody')).toEqual([]);
    expect(idsOf((await graph.call('get-all-friends', friend)).body.data)).toEqual([]);
    expect(idsOf((await graph.call('get-all-received-requests', asked)).body.data)).toEqual([]);
    expect(idsOf((await graph.call('search-users', friend, { query: 'some' })).body.data)).toEqual([]);
  });

  it('is told of once: who knows already hears nothing more', async () => {
    const gone = await addNamed();
    const [friend] = await graph.addUsers(1) as [string];
    await graph.befriend(gone, friend);
    await remove(gone);
    const heard: unknown[] = [];
    events.on('user.changed', ({ logged }) => { heard.push(...logged.filter(({ userId }) => userId === friend)); });
    await Promise.all([erase(gone), erase(gone)]);
    await erase(gone);
    expect(heard).toHaveLength(1);
  });

  it('is forgotten by more than a page of friends and of those who asked', async () => {
    const gone = await addNamed();
    const others = await graph.addUsers(240);
    await graph.database.query(
      `insert into friendships (low_user_id, high_user_id) select least($1::uuid, id), greatest($1::uuid, id) from unnest($2::uuid[]) id`, [gone, others.slice(0, 120)]);
    await graph.database.query(
      `select append_user_log($2::uuid[], array_fill('friendship:' || $1::text, array[240]), array_fill('friendship'::text, array[240]),
         array_fill(jsonb_build_object('state', 'requestReceived', 'user', jsonb_build_object('id', $1::text, 'user_name', 'somebody')), array[240]))`, [gone, others]);
    await remove(gone);
    await erase(gone);
    expect(await rowsAbout(gone)).toBe(0);
    expect(await remembered('somebody')).toEqual([]);
  });

  it('is forgotten to the end by a later attempt', async () => {
    const gone = await addNamed();
    const friends = await graph.addUsers(3);
    for (const friend of friends) await graph.befriend(gone, friend);
    await remove(gone);
    const stopped = new AbortController();
    events.on('user.changed', () => { stopped.abort(); });
    await erase(gone, stopped.signal);
    expect((await graph.database.query('select 1 from friendships where $1 in (low_user_id, high_user_id)', [gone])).length).toBe(2);
    await erase(gone);
    expect(await rowsAbout(gone)).toBe(0);
  });

  it('waits for what is being sent between the two', async () => {
    const gone = await addNamed();
    const [friend] = await graph.addUsers(1) as [string];
    await graph.befriend(gone, friend);
    await remove(gone);
    let isSent = false;
    await behindSending(graph.database, friendConversationId(gone, friend), async () => { isSent = true; }, async () => {
      await erase(gone);
      expect(isSent).toBe(true);
    });
  });

  it('has all requests and blocks deleted, a page of them at a time', async () => {
    const gone = await addNamed();
    const others = await graph.addUsers(130);
    for (const [table, one, other, more] of [['friend_requests', 'from_user_id', 'to_user_id', `, updated_at`], ['blocks', 'blocker_id', 'blocked_id', '']] as const) {
      for (const columns of [`${one}, ${other}`, `${other}, ${one}`]) {
        await graph.database.query(`insert into ${table} (${columns}${more}) select $1, id${more && ', now()'} from unnest($2::uuid[]) id`, [gone, others]);
      }
      await graph.database.query(`create function refuse_many_${table}() returns trigger language plpgsql as $$
        begin if (select count(*) from deleted) > 100 then raise 'too many at once'; end if; return null; end $$`);
      await graph.database.query(`create trigger refuse_many after delete on ${table} referencing old table as deleted for each statement execute function refuse_many_${table}()`);
    }
    await remove(gone);
    await erase(gone);
    expect(await rowsAbout(gone)).toBe(0);
  });

  it('is nobody\'s friend by a request that was being accepted at that moment', async () => {
    const gone = await addNamed();
    const [friend] = await graph.addUsers(1) as [string];
    await graph.call('sent-request', gone, { to: friend });
    await remove(gone);
    const waitingForLocks = async (count: number): Promise<void> => {
      const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await graph.database.query(waiting)).length < count) await new Promise(setImmediate);
    };
    const holder = new pg.Client({ connectionString: graph.database.administratorUrl });
    await holder.connect();
    // The last thing that accepting does is to write the logs.
    await holder.query('begin');
    await holder.query('select 1 from user_logs where user_id = $1 for update', [friend]);
    const accepting = graph.call('accept-request', friend, { to: gone });
    await waitingForLocks(1);
    const erasing = erase(gone);
    await waitingForLocks(2);
    await holder.end();
    expect((await accepting).status).toBe(200);
    await erasing;
    expect(await rowsAbout(gone)).toBe(0);
  });
});
