import type { CommittedMessage } from '@chat-backend/contracts';
import { createInProcessEvents } from '@chat-backend/events';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, type TestDatabase } from '@chat-backend/testing';
import { newId } from '@chat-backend/database';
import { startMessaging } from '../main';
import { entry, makeFriends, makeGroup, send } from '../messaging.fixture';

describe('the sweep of the outbox', () => {
  let database: TestDatabase;
  let sender: Service;
  const started: Service[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    sender = await startMessaging(createTestContext(database), { sweepEveryMs: 3_600_000 });
  });
  afterEach(async () => {
    for (const service of started.splice(0)) { await service.drain(); await service.close(); }
    await database.query('truncate message_outbox');
  });
  afterAll(async () => {
    await sender.drain();
    await sender.close();
    await database.drop();
  });

  /** A sweeping process; its first announcements, as many as are asked for. */
  const sweeper = async (options: { outboxAgeMs: number; failures?: number }): Promise<{ announced: (count: number) => Promise<CommittedMessage[][]>; attempts: () => number }> => {
    const events = createInProcessEvents();
    const received: CommittedMessage[][] = [];
    let attempts = 0;
    let onReceived = (): void => undefined;
    events.on('message.sent', ({ messages }) => { received.push(messages); onReceived(); });
    const publish: typeof events.publish = (name, payload) =>
      ++attempts <= (options.failures ?? 0) ? Promise.reject(new Error('Redis is away')) : events.publish(name, payload);
    started.push(await startMessaging(createTestContext(database, { events: { ...events, publish } }), { outboxAgeMs: options.outboxAgeMs, sweepEveryMs: 20 }));
    return {
      attempts: () => attempts,
      announced: (count) => new Promise((resolve) => { onReceived = () => { if (received.length >= count) resolve(received); }; onReceived(); }),
    };
  };
  /** An announcement is made before its entry is deleted. */
  const outboxHas = async (count: number): Promise<void> => {
    while ((await database.query('select 1 from message_outbox')).length !== count) await new Promise(setImmediate);
  };

  it('publishes what nobody pushed, complete and in order, and empties the outbox', async () => {
    const [mine, theirs] = await makeFriends(database);
    const group = await makeGroup(database, mine);
    const first = await send(sender, [entry(mine, theirs, { message: 'one' }), entry(mine, group, { chatType: 'group' }), entry(theirs, mine, { message: 'two' })]);
    const second = await send(sender, [entry(mine, theirs, { message: 'three' })]);
    const { announced } = await sweeper({ outboxAgeMs: 0 });
    const [batch, next] = await announced(2);
    const committed = ({ results }: typeof first) => results.map((result) => (result.status === 'stored' ? result.committed : result));
    const bySeq = (messages: unknown[] = []) => [...messages as CommittedMessage[]]
      .sort((one, other) => one.conversationId.localeCompare(other.conversationId) || one.message.seq - other.message.seq);
    expect(bySeq(batch)).toEqual(bySeq(committed(first)));
    expect(batch?.filter(({ message }) => message.chatType === 'friend').map(({ message }) => message.seq)).toEqual([1, 2]);
    expect(next).toEqual(committed(second));
    await outboxHas(0);
  });

  it('leaves alone what is younger than the stated age, and what was pushed', async () => {
    const [mine, theirs] = await makeFriends(database);
    const pushed = await send(sender, [entry(mine, theirs)]);
    await send(sender, [entry(mine, theirs)], { pushed: [pushed.outboxId ?? ''] });
    const old = await send(sender, [entry(mine, theirs)]);
    await database.query(`update message_outbox set created_at = created_at - interval '1 minute' where id = $1`, [old.outboxId]);
    const { announced } = await sweeper({ outboxAgeMs: 30_000 });
    expect((await announced(1)).map((messages) => messages.map(({ message }) => message.seq))).toEqual([[3]]);
    await outboxHas(1);
    expect(await database.query('select seqs from message_outbox')).toEqual([{ seqs: ['2'] }]);
  });

  it('keeps an entry until it is published', async () => {
    const [mine, theirs] = await makeFriends(database);
    await send(sender, [entry(mine, theirs)]);
    const { announced, attempts } = await sweeper({ outboxAgeMs: 0, failures: 2 });
    expect(await announced(1)).toHaveLength(1);
    expect(attempts()).toBe(3);
    await outboxHas(0);
  });

  it('shares the work between processes: each entry is published once', async () => {
    const [mine, theirs] = await makeFriends(database);
    for (let count = 0; count < 20; count++) await send(sender, [entry(mine, theirs, { clientMessageId: newId() })]);
    const sweepers = [await sweeper({ outboxAgeMs: 0 }), await sweeper({ outboxAgeMs: 0 })];
    await outboxHas(0);
    const published = await Promise.all(sweepers.map(({ attempts }) => attempts()));
    expect(published.reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  it('gives up what nobody could publish for hours; what can be published is, however old', async () => {
    const [mine, theirs] = await makeFriends(database);
    const sentBefore = async (hours: number): Promise<void> => {
      const { outboxId } = await send(sender, [entry(mine, theirs)]);
      await database.query(`update message_outbox set created_at = created_at - $2 * interval '1 hour' where id = $1`, [outboxId, hours]);
    };
    await sentBefore(7);
    await (await sweeper({ outboxAgeMs: 0 })).announced(1);
    await outboxHas(0);
    for (const service of started.splice(0)) { await service.drain(); await service.close(); }
    for (const hours of [8, 7, 5]) await sentBefore(hours);
    await sweeper({ outboxAgeMs: 0, failures: Infinity });
    await outboxHas(1);
    expect(await database.query('select seqs from message_outbox')).toEqual([{ seqs: ['4'] }]);
  });
});
