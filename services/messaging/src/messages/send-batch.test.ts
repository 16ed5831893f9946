import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { friendConversationId, lockConversation, newId, openDatabase, orderedPair } from '@chat-backend/database';
import { createTestContext, createTestDatabase, type TestDatabase } from '@chat-backend/testing';
import type { Service } from '@chat-backend/service-kit';
import pg from 'pg';
import request from 'supertest';
import { startMessaging } from '../main';
import { befriend, entry, makeFriends, makeGroup, send, summary, unfriend } from '../messaging.fixture';

describe('send-batch', () => {
  let database: TestDatabase;
  let service: Service;
  const context = () => createTestContext(database);
  beforeAll(async () => {
    database = await createTestDatabase();
    service = await startMessaging(context(), { sweepEveryMs: 3_600_000, patienceMs: 300 });
  });
  afterAll(async () => {
    await service.drain();
    await service.close();
    await database.drop();
  });

  const summaries = async (...[entries, more]: [Parameters<typeof send>[1], Parameters<typeof send>[2]?]) => (await send(service, entries, more)).results.map(summary);
  const rowsOf = (conversationId: string) =>
    database.query<{ seq: string; body: string }>('select seq, body from messages where conversation_id = $1 order by seq', [conversationId]);

  it('answers a stored message with everything that a push needs', async () => {
    const [mine, theirs] = await makeFriends(database);
    const sent = entry(mine, theirs, { message: 'grüße, "quoted" {and} \\ 🧗', messageType: 'IMAGE' });
    const { results, outboxId } = await send(service, [sent]);
    const [row] = await database.query<{ id: string; created_at: Date; updated_at: Date }>('select * from messages where client_message_id = $1', [sent.clientMessageId]);
    const conversationId = friendConversationId(mine, theirs);
    expect(row).toMatchObject({
      conversation_id: conversationId, seq: '1', sender_id: mine, recipient_id: theirs, is_group: false, message_type: 'IMAGE', body: sent.message, updated_at: row?.created_at,
    });
    expect(results).toEqual([{
      status: 'stored',
      committed: {
        conversationId,
        message: {
          to: theirs, from: mine, id: row?.id, seq: 1, clientMessageId: sent.clientMessageId, chatType: 'friend', messageType: 'IMAGE',
          message: sent.message, createdAt: row?.created_at.toISOString(),
        },
      },
    }]);
    expect(await database.query('select id, conversation_ids, seqs, membership_versions from message_outbox where id = $1', [outboxId]))
      .toEqual([{ id: outboxId, conversation_ids: [conversationId], seqs: ['1'], membership_versions: ['0'] }]);
  });

  it('names the membership version that a group message was allowed under', async () => {
    const member = newId();
    const group = await makeGroup(database, member);
    const { results } = await send(service, [entry(member, group, { chatType: 'group' })]);
    expect(results).toMatchObject([{ status: 'stored', committed: { conversationId: group, membershipVersion: 7, message: { to: group, seq: 1, chatType: 'group' } } }]);
  });

  it('serves other processes, with the internal key only', async () => {
    const [mine, theirs] = await makeFriends(database);
    const call = (authorization: string) => request(service.app).post('/internal/send-batch').set({ authorization }).send({ entries: [entry(mine, theirs)], pushed: [] });
    const allowed = await call(`Internal ${context().keys.internal[0].toString('hex')}`);
    expect([allowed.status, allowed.body]).toMatchObject([200, { results: [{ status: 'stored' }] }]);
    expect((await call('Internal 00')).status).toBe(404);
  });

  it('numbers each conversation by itself, in the order of the entries, both friends in one', async () => {
    const [mine, theirs] = await makeFriends(database);
    const group = await makeGroup(database, mine, theirs);
    const inGroup = { chatType: 'group' } as const;
    expect(await summaries([entry(mine, theirs), entry(theirs, group, inGroup), entry(theirs, mine), entry(mine, group, inGroup), entry(mine, theirs)]))
      .toEqual(['stored 1', 'stored 1', 'stored 2', 'stored 2', 'stored 3']);
    expect(await summaries([entry(theirs, mine), entry(mine, group, inGroup)])).toEqual(['stored 4', 'stored 3']);
  });

  it('refuses strangers, oneself, blocks in either direction, and the unfriended; each fails alone', async () => {
    const [mine, theirs] = await makeFriends(database);
    const [blocker, blocked, former] = [newId(), newId(), newId()];
    for (const other of [blocker, blocked, former]) await befriend(database, mine, other);
    await database.query('insert into blocks (blocker_id, blocked_id) values ($1, $2), ($2, $3)', [blocker, mine, blocked]);
    await unfriend(database, former, mine);
    const to = [theirs, newId(), mine, blocker, blocked, former, theirs];
    expect(await summaries(to.map((friend) => entry(mine, friend))))
      .toEqual(['stored 1', 'NOT_FRIENDS', 'NOT_FRIENDS', 'NOT_FRIENDS', 'NOT_FRIENDS', 'NOT_FRIENDS', 'stored 2']);
    expect(await database.query('select 1 from conversations where id = $1', [friendConversationId(mine, former)])).toEqual([]);
  });

  it('refuses who is no member, a closed group, a group that is not there, and another chat\'s id as a group', async () => {
    const [mine, theirs] = await makeFriends(database);
    const [open, closed, foreign] = [await makeGroup(database, mine), await makeGroup(database, mine), await makeGroup(database, theirs)];
    await database.query('update groups set closed_at = now() where id = $1', [closed]);
    const to = [foreign, open, closed, newId(), friendConversationId(mine, theirs)];
    expect(await summaries(to.map((group) => entry(mine, group, { chatType: 'group' }))))
      .toEqual(['NOT_A_MEMBER', 'stored 1', 'NOT_A_MEMBER', 'NOT_A_MEMBER', 'NOT_A_MEMBER']);
  });

  it('gives a retry the first reply, also when writing is no longer allowed', async () => {
    const [mine, theirs] = await makeFriends(database);
    const sent = entry(mine, theirs);
    const first = (await send(service, [sent])).results[0];
    await unfriend(database, mine, theirs);
    const again = await send(service, [sent, entry(mine, theirs)]);
    const message = first?.status === 'stored' ? first.committed.message : undefined;
    expect(again).toEqual({
      outboxId: null,
      results: [{ status: 'duplicate', id: message?.id, seq: 1, createdAt: message?.createdAt }, { status: 'refused', code: 'NOT_FRIENDS' }],
    });
  });

  it('refuses a clientMessageId that was used for another body or type, and keeps ids of others and of other chats apart', async () => {
    const [mine, theirs] = await makeFriends(database);
    const third = newId();
    await befriend(database, mine, third);
    const sent = entry(mine, theirs);
    await send(service, [sent]);
    expect(await summaries([{ ...sent, message: 'other' }])).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await summaries([{ ...sent, messageType: 'VIDEO' }])).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await summaries([{ ...sent, to: third }, { ...sent, senderId: theirs, to: mine }])).toEqual(['stored 1', 'stored 2']);
  });

  it('folds repeats within a batch: one row, each answered', async () => {
    const [mine, theirs] = await makeFriends(database);
    const sent = entry(mine, theirs);
    expect(await summaries([sent, entry(mine, theirs), { ...sent }, { ...sent, message: 'other' }])).toEqual(['stored 1', 'stored 2', 'duplicate 1', 'IDEMPOTENCY_CONFLICT']);
    // The row decides, not which came first in this batch.
    expect(await summaries([{ ...sent, message: 'other' }, { ...sent, message: 'third' }, sent, sent])).toEqual(
      ['IDEMPOTENCY_CONFLICT', 'IDEMPOTENCY_CONFLICT', 'duplicate 1', 'duplicate 1']);
    const stranger = entry(theirs, newId());
    expect(await summaries([stranger, { ...stranger }, { ...stranger, message: 'other' }])).toEqual(['NOT_FRIENDS', 'NOT_FRIENDS', 'NOT_FRIENDS']);
    expect(await rowsOf(friendConversationId(mine, theirs))).toHaveLength(2);
  });

  it('deletes the outbox entries that were pushed, with an empty batch too', async () => {
    const [mine, theirs] = await makeFriends(database);
    const first = await send(service, [entry(mine, theirs)]);
    const second = await send(service, [entry(mine, theirs)], { pushed: [first.outboxId ?? ''] });
    const left = () => database.query<{ id: string }>('select id from message_outbox where id = any ($1)', [[first.outboxId, second.outboxId]]);
    expect(await left()).toEqual([{ id: second.outboxId }]);
    expect(await send(service, [], { pushed: [second.outboxId ?? ''] })).toEqual({ outboxId: null, results: [] });
    expect(await left()).toEqual([]);
  });

  it('refuses alone what Postgres cannot hold', async () => {
    const [mine, theirs] = await makeFriends(database);
    const entries = [entry(mine, theirs), entry(mine, theirs, { message: 'a\u0000b' }), entry(mine, theirs), entry(mine, 'nobody'), entry(mine, theirs)];
    expect(await summaries(entries)).toEqual(['stored 1', 'INVALID_REQUEST', 'stored 2', 'INVALID_REQUEST', 'stored 3']);
  });

  describe('while somebody else holds a conversation', () => {
    const holdConversation = async (conversationId: string): Promise<() => Promise<void>> => {
      const client = new pg.Client({ connectionString: database.administratorUrl });
      await client.connect();
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [conversationId]);
      return () => client.end();
    };

    it('delays that one only', async () => {
      const [mine, theirs] = await makeFriends(database);
      const third = newId();
      await befriend(database, mine, third);
      const release = await holdConversation(friendConversationId(mine, theirs));
      // A caller that does not wait has the others' answers at once.
      expect(await summaries([entry(mine, theirs), entry(mine, third)], { waitForHeld: false })).toEqual(['BUSY', 'stored 1']);
      // A caller that waits: the rest is committed before.
      const waiting = summaries([entry(mine, third), entry(mine, theirs), entry(mine, third), entry(mine, theirs)]);
      while ((await rowsOf(friendConversationId(mine, third))).length < 3) await new Promise(setImmediate);
      expect(await rowsOf(friendConversationId(mine, theirs))).toEqual([]);
      await release();
      expect(await waiting).toEqual(['stored 2', 'stored 1', 'stored 3', 'stored 2']);
    });

    it('judges by what the other has committed', async () => {
      const [mine, theirs] = await makeFriends(database);
      const conversationId = friendConversationId(mine, theirs);
      const socialGraph = openDatabase('social-graph', { url: database.urlFor('social-graph'), poolSize: 1 });
      const [result] = await socialGraph.transaction(async (tables) => {
        await lockConversation(tables, conversationId);
        await tables.friendship.deleteMany({ where: orderedPair(mine, theirs) });
        const sending = summaries([entry(mine, theirs)]);
        while ((await database.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`)).length === 0) await new Promise(setImmediate);
        return [sending];
      });
      expect(await result).toEqual(['NOT_FRIENDS']);
      await socialGraph.close();
    });

    it('says BUSY when it takes too long, and stores it later', async () => {
      const [mine, theirs] = await makeFriends(database);
      const sent = entry(mine, theirs);
      const release = await holdConversation(friendConversationId(mine, theirs));
      expect(await summaries([sent])).toEqual(['BUSY']);
      await release();
      expect(await summaries([sent])).toEqual(['stored 1']);
    });

    it('delays that one only when the lock is one of its rows, and forgets nothing that was pushed', async () => {
      const pairs = await Promise.all(Array.from({ length: 4 }, () => makeFriends(database)));
      const batch = pairs.map(([mine, theirs]) => entry(mine, theirs));
      const { outboxId } = await send(service, batch);
      const next = pairs.map(([mine, theirs]) => entry(mine, theirs));
      const reader = new pg.Client({ connectionString: database.administratorUrl });
      await reader.connect();
      await reader.query('begin');
      await reader.query('select 1 from chats where user_id = $1 for update', [pairs[1]?.[0]]);
      expect(await summaries(next, { pushed: [outboxId ?? ''] })).toEqual(['stored 2', 'BUSY', 'stored 2', 'stored 2']);
      expect(await database.query('select 1 from message_outbox where id = $1', [outboxId])).toEqual([]);
      await reader.end();
      expect(await summaries(next)).toEqual(['duplicate 2', 'stored 2', 'duplicate 2', 'duplicate 2']);
    });

    it('leaves the others their connections, however many wait', async () => {
      const held = await Promise.all(Array.from({ length: 6 }, () => makeFriends(database)));
      const releases = await Promise.all(held.map(([one, other]) => holdConversation(friendConversationId(one, other))));
      const waiting = Promise.all(held.map(([one, other]) => summaries([entry(one, other)])));
      const [mine, theirs] = await makeFriends(database);
      expect(await summaries([entry(mine, theirs)])).toEqual(['stored 1']);
      await Promise.all(releases.map((release) => release()));
      expect(await waiting).toEqual(held.map(() => ['stored 1']));
    });
  });

  describe('when the connection is lost', () => {
    let proxy: Server;
    let cutNextReply = false;
    let throughProxy: Service;
    const sockets = new Set<Socket>();

    beforeAll(async () => {
      const target = new URL(database.urlFor('messaging'));
      proxy = createServer((near) => {
        const far = connect(Number(target.port), target.hostname);
        for (const socket of [near, far]) { sockets.add(socket); socket.on('error', () => undefined); socket.on('close', () => sockets.delete(socket)); }
        near.pipe(far);
        far.on('data', (data) => {
          if (!cutNextReply) { near.write(data); return; }
          // Postgres answers after its commit: it is stored, and nobody knows.
          cutNextReply = false;
          near.destroy();
          far.destroy();
        });
        near.on('close', () => far.destroy());
        far.on('close', () => near.destroy());
      });
      await new Promise<void>((resolve) => { proxy.listen(0, '127.0.0.1', resolve); });
      const url = new URL(target);
      url.port = String((proxy.address() as AddressInfo).port);
      throughProxy = await startMessaging({ ...context(), databaseUrl: () => url.href }, { sweepEveryMs: 3_600_000 });
    });
    afterAll(async () => {
      await throughProxy.close();
      proxy.close();
      for (const socket of sockets) socket.destroy();
    });

    it('tries again and answers as if nothing had happened: nothing doubled, still to be pushed', async () => {
      const [mine, theirs] = await makeFriends(database);
      await send(throughProxy, [entry(mine, theirs)]);
      cutNextReply = true;
      const { results } = await send(throughProxy, [entry(mine, theirs), entry(mine, theirs)]);
      expect(results.map(summary)).toEqual(['stored 2', 'stored 3']);
      expect(cutNextReply).toBe(false);
      expect(await rowsOf(friendConversationId(mine, theirs))).toHaveLength(3);
    });

    it('says UNAVAILABLE when Postgres stays away', async () => {
      const [mine, theirs] = await makeFriends(database);
      const nowhere = await startMessaging({ ...context(), databaseUrl: () => 'postgresql://nobody@127.0.0.1:9/none' }, { sweepEveryMs: 3_600_000 });
      await expect(send(nowhere, [entry(mine, theirs)])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(await nowhere.notReady()).toEqual(['Postgres does not answer']);
      await nowhere.close();
    });
  });
});
