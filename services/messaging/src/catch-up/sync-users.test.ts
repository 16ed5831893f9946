import type { ChatType, InternalCalls, SyncReply, SyncRequest } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import pg from 'pg';
import request from 'supertest';
import { startMessaging } from '../main';
import { makeFriends, makeGroup, sendMany } from '../messaging.fixture';

type Request = InternalCalls['sync-users']['request']['requests'][number];

describe('sync-users', () => {
  let database: TestDatabase;
  let service: Service;
  let otherProcess: Service;
  beforeAll(async () => {
    database = await createTestDatabase();
    [service, otherProcess] = await Promise.all([0, 1].map(() => startMessaging(createTestContext(database), { sweepEveryMs: 3_600_000 }))) as [Service, Service];
  });
  afterEach(() => { jest.restoreAllMocks(); });
  afterAll(async () => {
    await Promise.all([service, otherProcess].map(async (one) => { await one.drain(); await one.close(); }));
    await database.drop();
  });

  const syncUsers = async (...requests: Request[]): Promise<SyncReply[]> => {
    const handle = service.internal['sync-users'];
    if (handle === undefined) throw new Error('messaging serves sync-users');
    return (await handle({ requests })).replies;
  };
  const asks = (userId: string, ...chats: [chatId: string, chatType: ChatType, afterSeq: number][]): Request =>
    ({ userId, request: { afterNumber: 0, conversations: chats.map(([chatId, chatType, afterSeq]) => ({ chatId, chatType, afterSeq, afterRevision: 0 })) } });

  const edit = (userId: string, chatId: string, chatType: ChatType, seq: number) =>
    request(otherProcess.app).post('/api/v1/edit-message').send({ token: testToken(userId), chatId, chatType, seq, message: 'better' }).expect(200);

  /** The statements that reach Postgres, as they are; after one of that name something may happen before its caller goes on. */
  const watchStatements = (name?: string, meanwhile?: () => Promise<void>): string[] => {
    const seen: string[] = [];
    const query = pg.Client.prototype.query as (...all: unknown[]) => unknown;
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...all: unknown[]): unknown {
      const statement = typeof all[0] === 'string' ? all[0] : (all[0] as { name: string }).name;
      seen.push(statement);
      const result = query.apply(this, all);
      if (statement !== name || meanwhile === undefined) return result;
      jest.restoreAllMocks();
      return (result as Promise<unknown>).then(async (answer) => { await meanwhile(); return answer; });
    });
    return seen;
  };

  it('answers each user for themselves, in the order of the requests, with a budget each', async () => {
    const [mine, theirs] = await makeFriends(database);
    const group = await makeGroup(database, theirs);
    await sendMany(service, mine, theirs, 'friend', 450);
    await sendMany(service, theirs, group, 'group', 100);
    const [atMine, atTheirs, again, nothing] = await syncUsers(
      asks(mine, [group, 'group', 0], [theirs, 'friend', 0]), asks(theirs, [mine, 'friend', 0], [group, 'group', 0]), asks(theirs, [mine, 'friend', 449]), { userId: newId(), request: {} });
    const sizes = (reply: SyncReply | undefined) => reply?.conversations.map(({ chatId, gone, messages }) => [chatId, gone, messages.length]);
    expect(sizes(atMine)).toEqual([[group, true, 0], [theirs, false, 450]]);
    expect(sizes(atTheirs)).toEqual([[mine, false, 450], [group, false, 50]]);
    expect(sizes(again)).toEqual([[mine, false, 1]]);
    expect(nothing).toMatchObject({ log: { fromNumber: 0, toNumber: 0, lastNumber: 0, events: [] }, conversations: [], isComplete: true });
    expect([atMine?.isComplete, atTheirs?.isComplete]).toEqual([true, false]);
    expect(await syncUsers()).toEqual([]);
  });

  it('gives smaller pages when many miss much at once, so that the answer stays within bounds', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 600);
    const [missesMuch, missesLittle, hasAll] = [asks(theirs, [mine, 'friend', 0]), asks(theirs, [mine, 'friend', 590]), asks(theirs, [mine, 'friend', 600])];
    const many = (request: Request, count: number) => Array.from({ length: count }, () => request);
    const sizes = (replies: SyncReply[]) => [...new Set(replies.map(({ conversations: [page] }) => page?.messages.length))];
    expect(sizes(await syncUsers(...many(missesMuch, 20), ...many(hasAll, 180)))).toEqual([500, 0]);
    expect(sizes(await syncUsers(...many(missesMuch, 40), ...many(hasAll, 160)))).toEqual([250, 0]);
    expect(sizes(await syncUsers(...many(missesMuch, 150), ...many(missesLittle, 50)))).toEqual([50, 10]);
  });

  it('costs the same few queries for one user and for 200', async () => {
    const [mine, theirs] = await makeFriends(database);
    await sendMany(service, mine, theirs, 'friend', 2);
    await edit(mine, theirs, 'friend', 1);
    const one = asks(mine, [theirs, 'friend', 1]);
    const forOne = watchStatements();
    await syncUsers(one);
    jest.restoreAllMocks();
    const forMany = watchStatements();
    const replies = await syncUsers(...Array.from({ length: 200 }, () => one));
    expect(forOne).toEqual(['begin isolation level repeatable read, read only', 'history-of-database', 'log-pages', 'chat-states', 'gaps-seq', 'gaps-revision', 'commit']);
    expect(forMany).toEqual(forOne);
    expect(replies.every(({ conversations: [page] }) => page?.messages.length === 1 && page.changed.length === 1)).toBe(true);
  });

  it('shows one moment: who leaves while it is read gets nothing that was sent or edited afterwards', async () => {
    const [leaver, writer] = [newId(), newId()];
    const group = await makeGroup(database, leaver, writer);
    await sendMany(service, writer, group, 'group', 3);
    const asked: SyncRequest = { conversations: [{ chatId: group, chatType: 'group', afterSeq: 1, afterRevision: 0 }] };
    watchStatements('chat-states', async () => {
      await database.query('delete from group_members where group_id = $1 and user_id = $2', [group, leaver]);
      await sendMany(otherProcess, writer, group, 'group', 1);
      for (const seq of [1, 2]) await edit(writer, group, 'group', seq);
    });
    const [reply] = await syncUsers({ userId: leaver, request: asked });
    expect(reply?.conversations).toMatchObject([{ toSeq: 3, lastSeq: 3, toRevision: 0, messages: [{ seq: 2, message: 'message 2', revision: 0 }, { seq: 3 }], changed: [] }]);
    const [later] = await syncUsers({ userId: leaver, request: asked });
    expect(later?.conversations).toMatchObject([{ gone: true, messages: [] }]);
  });

  it('names the history: the same in every process of one database, another after its operator says so', async () => {
    const [mine, theirs] = await makeFriends(database);
    const context = createTestContext(database);
    const epoch = await startMessaging({ ...context, env: { ...context.env, HISTORY_EPOCH: 'disk of yesterday' } }, { sweepEveryMs: 3_600_000 });
    const historyBy = async (process: Service) => (await process.internal['sync-users']?.({ requests: [asks(mine, [theirs, 'friend', 0])] }) as InternalCalls['sync-users']['reply']).replies[0]?.historyId;
    const [one, other, later] = [await historyBy(service), await historyBy(otherProcess), await historyBy(epoch)];
    expect(one).toMatch(/^[\w-]{16}$/);
    expect(other).toBe(one);
    expect(later).toMatch(/^[\w-]{16}$/);
    expect(later).not.toBe(one);
    await epoch.drain();
    await epoch.close();
  });

  it('says UNAVAILABLE when Postgres stays away', async () => {
    const nowhere = await startMessaging({ ...createTestContext(database), databaseUrl: () => 'postgresql://nobody@127.0.0.1:9/none' }, { sweepEveryMs: 3_600_000 });
    await expect(nowhere.internal['sync-users']?.({ requests: [asks(newId())] })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await nowhere.close();
  });
});
