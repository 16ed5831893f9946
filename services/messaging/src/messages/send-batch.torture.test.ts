import { setTimeout as pause } from 'node:timers/promises';
import type { BatchEntry, BatchResult, ConversationPage, DomainEventPayloads } from '@chat-backend/contracts';
import { friendConversationId, lockConversation, newId, openDatabase, orderedPair, type Database } from '@chat-backend/database';
import { createInProcessEvents } from '@chat-backend/events';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { createReader, type Reader } from '../catch-up/reader.fixture';
import { conversationOf } from '../chats/conversation-of';
import { startMessaging } from '../main';
import { befriend, makeGroup, send } from '../messaging.fixture';

/**
 * Two processes send the same few messages again and again, in batches that overlap in everything, while messages are edited and deleted, friends and
 * members come and go, and everybody reads on from where they are. Then the tables are compared with every reply that was given.
 */
const leastMs = 4_000;
/** On a busy machine it takes longer until everything has happened. */
const mostMs = 40_000;
const outcomes = ['stored', 'duplicate', 'IDEMPOTENCY_CONFLICT', 'NOT_FRIENDS', 'NOT_A_MEMBER'];
const senders = 2;
const loopsEach = 2;
const people = Array.from({ length: 6 }, newId);

const random = (below: number): number => Math.floor(Math.random() * below);
const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

interface Reply { entry: BatchEntry; result: BatchResult; sentAt: number; answeredAt: number }
/** Between `from` and `to` the user (or both friends) could not write: the loss was committed, and what gives the right back had not begun. */
interface Closed { conversationId: string; userId: string | undefined; from: number; to: number; storedMeanwhile: number; ends: Ends }
/** Where a conversation ended when its lock was held. */
interface Ends { lastSeq: number; lastRevision: number }
/** What a reader was told of the group. */
interface Reading { userId: string; page: ConversationPage; askedAt: number; answeredAt: number }

describe('send-batch under contention', () => {
  let database: TestDatabase;
  let services: Service[];
  let socialGraph: Database<'social-graph'>;
  let groups: Database<'group'>;
  let group: string;
  const replies: Reply[] = [];
  const closed: Closed[] = [];
  const pushedOutboxIds = new Set<string>();
  const readers: Reader[] = [];
  const readings: Reading[] = [];
  const changeStatuses = new Set<number>();
  const announced: DomainEventPayloads['message.changed']['changed'] = [];

  /** Ids repeat within a quarter of a second, so that both processes race with the very same messages; now and then one has another body. */
  const someEntry = (): BatchEntry => {
    const number = Math.floor(performance.now() / 250) * 40 + random(40);
    const sender = number % people.length;
    const partner = (sender + 1 + (number * 7) % (people.length - 1)) % people.length;
    const inGroup = number % 4 === 0;
    return {
      senderId: people[sender] ?? '', to: inGroup ? group : people[partner] ?? '', chatType: inGroup ? 'group' : 'friend', messageType: 'TEXT',
      clientMessageId: `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`, message: random(20) === 0 ? 'other' : `body ${number}`,
    };
  };

  const seen = new Set<string>();
  let startedAt = 0;
  const isOver = (): boolean => {
    const elapsedMs = performance.now() - startedAt;
    return elapsedMs > mostMs || (elapsedMs > leastMs && closed.length >= 20 && outcomes.every((outcome) => seen.has(outcome)));
  };

  const keepSending = async (service: Service): Promise<void> => {
    let pushed: string[] = [];
    while (!isOver()) {
      const entries = Array.from({ length: 1 + random(30) }, someEntry);
      const sentAt = performance.now();
      const reply = await send(service, entries, { pushed });
      const answeredAt = performance.now();
      entries.forEach((entry, index) => {
        const result = reply.results[index];
        if (result === undefined) throw new Error('an entry has no answer');
        replies.push({ entry, result, sentAt, answeredAt });
        seen.add(result.status === 'refused' ? result.code : result.status);
      });
      pushed = random(3) === 0 && reply.outboxId !== null ? [reply.outboxId] : [];
      for (const outboxId of pushed) pushedOutboxIds.add(outboxId);
    }
  };

  /** Edits or deletes one of the newest messages, perhaps while its sender may not. */
  const changeOne = async (service: Service): Promise<void> => {
    const stored = replies.slice(-200).filter(({ result }) => result.status === 'stored');
    if (stored.length === 0) return;
    const { entry, result } = pick(stored);
    const seq = result.status === 'stored' ? result.committed.message.seq : 0;
    const chat = { token: testToken(entry.senderId), chatId: entry.to, chatType: entry.chatType, seq };
    const reply = await (random(4) === 0
      ? request(service.app).post('/api/v1/delete-message').send(chat)
      : request(service.app).post('/api/v1/edit-message').send({ ...chat, message: `edited ${random(1_000)}` }));
    changeStatuses.add(reply.status);
  };

  /** Some of the readers read on, in one call. */
  const readOn = async (service: Service, some: readonly Reader[]): Promise<boolean> => {
    const askedAt = performance.now();
    const reply = await service.internal['sync-users']?.({ requests: some.map((reader) => ({ userId: reader.userId, request: reader.request() })) });
    const answeredAt = performance.now();
    some.forEach((reader, index) => {
      const answer = reply?.replies[index];
      if (answer === undefined) throw new Error('a reader has no answer');
      reader.take(answer);
      readings.push(...answer.conversations.filter(({ chatId }) => chatId === group).map((page) => ({ userId: reader.userId, page, askedAt, answeredAt })));
    });
    return reply?.replies.every(({ isComplete }) => isComplete) ?? false;
  };
  /** A reader takes one answer after the other: each service has its own. */
  const keepReading = async (service: Service, mine: readonly Reader[]): Promise<void> => {
    while (!isOver()) { await readOn(service, mine.filter(() => random(2) === 0)); await pause(random(20)); }
  };

  /** Messages in the conversation, of the user or of anybody. */
  const countMessages = async (conversationId: string, userId: string | undefined): Promise<number> => {
    const [row] = await database.query<{ count: string }>('select count(*) from messages where conversation_id = $1 and sender_id = coalesce($2, sender_id)', [conversationId, userId]);
    return Number(row?.count);
  };

  const closeFor20ms = async (conversationId: string, userId: string | undefined, change: (closing: boolean) => Promise<Ends>): Promise<void> => {
    const ends = await change(true);
    const from = performance.now();
    const before = await countMessages(conversationId, userId);
    await pause(20);
    const storedMeanwhile = await countMessages(conversationId, userId) - before;
    closed.push({ conversationId, userId, from, to: performance.now(), storedMeanwhile, ends });
    await change(false);
  };

  const leaveForAMoment = (userId: string): Promise<void> =>
    closeFor20ms(group, userId, (leaving) => groups.transaction(async (tables) => {
      await lockConversation(tables, group);
      if (leaving) await tables.groupMember.deleteMany({ where: { groupId: group, userId } });
      else await tables.groupMember.create({ data: { groupId: group, userId } });
      await tables.group.update({ where: { id: group }, data: { membershipVersion: { increment: 1 } } });
      const conversation = await tables.conversation.findUnique({ where: { id: group } });
      return { lastSeq: Number(conversation?.lastSeq ?? 0), lastRevision: Number(conversation?.lastRevision ?? 0) };
    }));

  const unfriendForAMoment = (one: string, other: string): Promise<void> =>
    closeFor20ms(friendConversationId(one, other), undefined, (ending) => socialGraph.transaction(async (tables) => {
      await lockConversation(tables, friendConversationId(one, other));
      if (ending) await tables.friendship.deleteMany({ where: orderedPair(one, other) });
      else await tables.friendship.create({ data: orderedPair(one, other) });
      return { lastSeq: Infinity, lastRevision: Infinity };
    }));

  const closeOne = async (): Promise<void> => {
    const one = pick(people);
    await (random(3) === 0 ? leaveForAMoment(one) : unfriendForAMoment(one, pick(people.filter((person) => person !== one))));
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    group = await makeGroup(database, ...people);
    for (const [index, one] of people.entries()) for (const other of people.slice(index + 1)) await befriend(database, one, other);
    const events = createInProcessEvents();
    events.on('message.changed', ({ changed }) => { announced.push(...changed); });
    services = await Promise.all(Array.from({ length: senders }, () =>
      startMessaging(createTestContext(database, { env: { DATABASE_POOL_SIZE: '6' }, events }), { sweepEveryMs: 3_600_000 })));
    const chatsOf = (person: string) => [
      { chatId: group, chatType: 'group' as const }, ...people.filter((other) => other !== person).map((chatId) => ({ chatId, chatType: 'friend' as const }))];
    readers.push(...people.map((person) => createReader(person, chatsOf(person))));
    socialGraph = openDatabase('social-graph', { url: database.urlFor('social-graph'), poolSize: 1 });
    groups = openDatabase('group', { url: database.urlFor('group'), poolSize: 1 });
    startedAt = performance.now();
    const keepClosing = async (): Promise<void> => { while (!isOver()) { await closeOne(); await pause(10); } };
    const keepChanging = async (service: Service): Promise<void> => { while (!isOver()) { await changeOne(service); await pause(random(10)); } };
    const readersOf = (index: number): Reader[] => readers.filter((_, place) => place % senders === index);
    const working = Promise.all([keepClosing(), ...services.flatMap((service) => [keepChanging(service), ...Array.from({ length: loopsEach }, () => keepSending(service))])]);
    await Promise.all([working, ...services.map((service, index) => keepReading(service, readersOf(index)))]);
    for (const [index, service] of services.entries()) while (!await readOn(service, readersOf(index)));
  }, mostMs * 2);
  afterAll(async () => {
    await Promise.all(services.map(async (service) => { await service.drain(); await service.close(); }));
    await Promise.all([socialGraph.close(), groups.close()]);
    await database.drop();
  });

  const keyOf = ({ senderId, to, chatType, clientMessageId }: BatchEntry): string => conversationOf(senderId, chatType, to) + senderId + clientMessageId;
  interface Row { conversation_id: string; seq: string; id: string; sender_id: string; client_message_id: string; body: string; revision: string; deleted_at: Date | null; created_at: Date }
  const rowsByKey = async (): Promise<Map<string, Row>> =>
    new Map((await database.query<Row>('select * from messages')).map((row) => [row.conversation_id + row.sender_id + row.client_message_id, row]));

  it('was torture', () => {
    expect([...seen]).toEqual(expect.arrayContaining(outcomes));
    expect(replies.length).toBeGreaterThan(1_000);
    expect(closed.length).toBeGreaterThanOrEqual(20);
  });

  it('numbered every conversation without a gap, in the order of time', async () => {
    expect(await database.query(`
      select m.conversation_id from messages m join conversations c on c.id = m.conversation_id
      group by m.conversation_id, c.last_seq having min(m.seq) <> 1 or max(m.seq) <> count(*) or c.last_seq <> count(*)`)).toEqual([]);
    expect(await database.query(`select 1 from (
      select created_at < lag(created_at) over (partition by conversation_id order by seq) as earlier from messages) m where m.earlier`)).toEqual([]);
  });

  it('gave only answers that the tables bear out, and stored each message once', async () => {
    const rows = await rowsByKey();
    const firsts = new Map(replies.flatMap(({ entry, result }) => (result.status === 'stored' ? [[keyOf(entry), entry.message] as const] : [])));
    const wrong = replies.filter(({ entry, result }) => {
      const row = rows.get(keyOf(entry));
      // An edited row no longer tells what was sent; the first reply does.
      const sent = firsts.get(keyOf(entry));
      if (result.status === 'refused') return result.code === 'IDEMPOTENCY_CONFLICT' && (row === undefined || sent === entry.message);
      const { id, seq, createdAt } = result.status === 'stored' ? result.committed.message : result;
      const isAsSent = sent === entry.message && (row?.revision !== '0' || row.body === entry.message);
      return row === undefined || row.id !== id || Number(row.seq) !== seq || row.created_at.toISOString() !== createdAt || !isAsSent;
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(replies.filter(({ result }) => result.status === 'stored')).toHaveLength(firsts.size);
    expect(firsts.size).toBe(rows.size);
  });

  it('wrote every message that nobody pushed into the outbox, once', async () => {
    const references = await database.query<{ count: string; distinct: string }>(`
      select count(*), count(distinct (r.conversation_id, r.seq)) as distinct
      from message_outbox o cross join lateral unnest(o.conversation_ids, o.seqs) as r(conversation_id, seq) join messages m on m.conversation_id = r.conversation_id and m.seq = r.seq`);
    const [{ count, distinct } = { count: '0', distinct: '' }] = references;
    expect(count).toBe(distinct);
    expect(pushedOutboxIds.size).toBeGreaterThan(0);
    const unpushed = await database.query(`
      select 1 from message_outbox where id = any ($1)`, [[...pushedOutboxIds]]);
    // The last batch of a loop may have been pushed without a batch after it.
    expect(unpushed.length).toBeLessThanOrEqual(senders * loopsEach);
  });

  it('stored nothing while its sender was shut out', () => {
    const slipped = replies.filter(({ entry, result, sentAt, answeredAt }) => result.status === 'stored' && closed.some((window) =>
      window.conversationId === conversationOf(entry.senderId, entry.chatType, entry.to) && (window.userId ?? entry.senderId) === entry.senderId
      && sentAt > window.from && answeredAt < window.to));
    expect(slipped.slice(0, 3)).toEqual([]);
    // Nor what was under way when the loss was committed.
    expect(closed.filter(({ storedMeanwhile }) => storedMeanwhile > 0)).toEqual([]);
  });

  it('numbered every change without a gap, and announced it once', async () => {
    expect([...changeStatuses].filter((status) => ![200, 403, 404, 503].includes(status))).toEqual([]);
    const conversations = await database.query<{ id: string; last_revision: string }>('select id, last_revision from conversations where last_revision > 0');
    expect(conversations.length).toBeGreaterThan(0);
    for (const { id, last_revision: lastRevision } of conversations) {
      const revisions = announced.filter(({ conversationId }) => conversationId === id).map(({ message }) => message.revision).sort((one, other) => one - other);
      expect(revisions).toEqual(Array.from({ length: Number(lastRevision) }, (_, index) => index + 1));
    }
  });

  it('brought every reader to what the tables say, by ranges without a hole', async () => {
    expect(readers.flatMap(({ faults }) => faults).slice(0, 3)).toEqual([]);
    const rows = await database.query<Row>('select * from messages order by conversation_id, seq');
    const wrong = readers.flatMap((reader) => [group, ...people].filter((chatId) => chatId !== reader.userId).map((chatId) => {
      const conversationId = conversationOf(reader.userId, chatId === group ? 'group' : 'friend', chatId);
      return {
        has: reader.messagesOf(chatId).map(({ id, seq, message, revision, deletedAt }) => [seq, id, message, revision, deletedAt]),
        shouldHave: rows.filter((row) => row.conversation_id === conversationId)
          .map((row) => [Number(row.seq), row.id, row.body, Number(row.revision), row.deleted_at?.toISOString()]),
      };
    })).filter(({ has, shouldHave }) => JSON.stringify(has) !== JSON.stringify(shouldHave));
    expect(wrong.slice(0, 1)).toEqual([]);
  });

  it('told who had left nothing that came afterwards', () => {
    const leaks = closed.filter(({ conversationId }) => conversationId === group).flatMap(({ userId, from, to, ends }) => readings.filter(({ userId: reader, page, askedAt, answeredAt }) =>
      reader === userId && answeredAt > from && answeredAt < to && !page.gone && (askedAt > from || page.lastSeq > ends.lastSeq || page.lastRevision > ends.lastRevision)));
    expect(leaks.slice(0, 3)).toEqual([]);
    expect(readings.filter(({ page }) => page.gone).length).toBeGreaterThan(0);
  });
});
