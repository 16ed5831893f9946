import { setTimeout as pause } from 'node:timers/promises';
import type { BatchEntry, BatchResult } from '@chat-backend/contracts';
import { friendConversationId, lockConversation, newId, openDatabase, orderedPair, type Database } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, type TestDatabase } from '@chat-backend/testing';
import { conversationOf } from '../chats/conversation-of';
import { startMessaging } from '../main';
import { befriend, makeGroup, send } from '../messaging.fixture';

/**
 * Two processes send the same few messages again and again, in batches that overlap in everything, while friends and members come and go.
 * Then the tables are compared with every reply that was given.
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
interface Closed { conversationId: string; userId: string | undefined; from: number; to: number; storedMeanwhile: number }

describe('send-batch under contention', () => {
  let database: TestDatabase;
  let services: Service[];
  let socialGraph: Database<'social-graph'>;
  let groups: Database<'group'>;
  let group: string;
  const replies: Reply[] = [];
  const closed: Closed[] = [];
  const pushedOutboxIds = new Set<string>();

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
  /** Messages in the conversation, of the user or of anybody. */
  const countMessages = async (conversationId: string, userId: string | undefined): Promise<number> => {
    const [row] = await database.query<{ count: string }>('select count(*) from messages where conversation_id = $1 and sender_id = coalesce($2, sender_id)', [conversationId, userId]);
    return Number(row?.count);
  };

  const closeFor20ms = async (conversationId: string, userId: string | undefined, change: (closing: boolean) => Promise<void>): Promise<void> => {
    await change(true);
    const from = performance.now();
    const before = await countMessages(conversationId, userId);
    await pause(20);
    const storedMeanwhile = await countMessages(conversationId, userId) - before;
    closed.push({ conversationId, userId, from, to: performance.now(), storedMeanwhile });
    await change(false);
  };

  const leaveForAMoment = (userId: string): Promise<void> =>
    closeFor20ms(group, userId, (leaving) => groups.transaction(async (tables) => {
      await lockConversation(tables, group);
      if (leaving) await tables.groupMember.deleteMany({ where: { groupId: group, userId } });
      else await tables.groupMember.create({ data: { groupId: group, userId } });
      await tables.group.update({ where: { id: group }, data: { membershipVersion: { increment: 1 } } });
    }));

  const unfriendForAMoment = (one: string, other: string): Promise<void> =>
    closeFor20ms(friendConversationId(one, other), undefined, (ending) => socialGraph.transaction(async (tables) => {
      await lockConversation(tables, friendConversationId(one, other));
      if (ending) await tables.friendship.deleteMany({ where: orderedPair(one, other) });
      else await tables.friendship.create({ data: orderedPair(one, other) });
    }));

  const closeOne = async (): Promise<void> => {
    const one = pick(people);
    await (random(3) === 0 ? leaveForAMoment(one) : unfriendForAMoment(one, pick(people.filter((person) => person !== one))));
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    group = await makeGroup(database, ...people);
    for (const [index, one] of people.entries()) for (const other of people.slice(index + 1)) await befriend(database, one, other);
    services = await Promise.all(Array.from({ length: senders }, () =>
      startMessaging(createTestContext(database, { env: { DATABASE_POOL_SIZE: '6' } }), { sweepEveryMs: 3_600_000 })));
    socialGraph = openDatabase('social-graph', { url: database.urlFor('social-graph'), poolSize: 1 });
    groups = openDatabase('group', { url: database.urlFor('group'), poolSize: 1 });
    startedAt = performance.now();
    const keepClosing = async (): Promise<void> => { while (!isOver()) { await closeOne(); await pause(10); } };
    await Promise.all([keepClosing(), ...services.flatMap((service) => Array.from({ length: loopsEach }, () => keepSending(service)))]);
  }, mostMs * 2);
  afterAll(async () => {
    await Promise.all(services.map(async (service) => { await service.drain(); await service.close(); }));
    await Promise.all([socialGraph.close(), groups.close()]);
    await database.drop();
  });

  const keyOf = ({ senderId, to, chatType, clientMessageId }: BatchEntry): string => conversationOf(senderId, chatType, to) + senderId + clientMessageId;
  interface Row { conversation_id: string; seq: string; id: string; sender_id: string; client_message_id: string; body: string; created_at: Date }
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
    const firsts = new Map<string, number>();
    const wrong = replies.filter(({ entry, result }) => {
      const row = rows.get(keyOf(entry));
      if (result.status === 'refused') return result.code === 'IDEMPOTENCY_CONFLICT' && (row === undefined || row.body === entry.message);
      const { id, seq, createdAt } = result.status === 'stored' ? result.committed.message : result;
      if (result.status === 'stored') firsts.set(keyOf(entry), (firsts.get(keyOf(entry)) ?? 0) + 1);
      return row === undefined || row.id !== id || Number(row.seq) !== seq || row.created_at.toISOString() !== createdAt || row.body !== entry.message;
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect([...firsts.values()].every((count) => count === 1)).toBe(true);
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
});
