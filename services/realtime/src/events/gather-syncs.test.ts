import { randomUUID } from 'node:crypto';
import { Refusal } from '@chat-backend/service-kit';
import { createGate, createInMemoryMessaging, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { createGatherSyncs } from './gather-syncs';

const patience = 10_000;

describe('gathered syncs', () => {
  let messaging: InMemoryMessaging;
  beforeEach(() => { messaging = createInMemoryMessaging(); });
  const sizes = (): number[] => messaging.calls.flatMap((call) => (call.name === 'sync-users' ? [call.request.requests.length] : []));

  it('go at most 200 in a call, each answer to who asked', async () => {
    const gate = createGate();
    messaging.before = () => gate.pass();
    const gather = createGatherSyncs(messaging, patience);
    const users = Array.from({ length: 450 }, () => randomUUID());
    for (const userId of users) messaging.log(userId, { kind: 'read', chatId: userId, chatType: 'friend', lastReadSeq: 1 });
    const asked = users.map((userId) => gather(userId, { afterNumber: 0 }));
    gate.open();
    const replies = await Promise.all(asked);
    expect(replies.map(({ log: { events } }) => events)).toMatchObject(users.map((chatId) => [{ chatId }]));
    expect(sizes()).toEqual([1, 200, 200, 49]);
  });

  it('are tried again while messaging does not answer', async () => {
    messaging.before = () => { if (messaging.calls.length < 3) throw new Refusal('UNAVAILABLE'); };
    expect(await createGatherSyncs(messaging, patience)(randomUUID(), {})).toMatchObject({ isComplete: true });
    expect(sizes()).toEqual([1, 1, 1]);
  });

  it('fail for those who were asked for when it stays away, for those who waited too long, and not for who comes later', async () => {
    const patienceMs = 50;
    messaging.before = () => { if (messaging.calls.length <= 7) throw new Refusal('UNAVAILABLE'); };
    const gather = createGatherSyncs(messaging, patienceMs);
    const [first, waitsTooLong] = [gather(randomUUID(), {}), gather(randomUUID(), {})];
    await Promise.all([first, waitsTooLong].map((asked) => expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' })));
    expect(await gather(randomUUID(), {})).toMatchObject({ isComplete: true });
    expect(sizes()).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it.each([
    ['requests', 20_001, {}],
    ['conversations', 1_002, { conversations: Array.from({ length: 200 }, () => ({ chatId: randomUUID(), chatType: 'group' as const, afterSeq: 0, afterRevision: 0 })) }],
  ])('wait up to a bound of %s', async (_what, count, request) => {
    const gate = createGate();
    messaging.before = () => gate.pass();
    const gather = createGatherSyncs(messaging, patience);
    const asked = Array.from({ length: count }, () => gather(randomUUID(), request));
    await expect(gather(randomUUID(), request)).rejects.toMatchObject({ code: 'BUSY' });
    gate.open();
    await Promise.all(asked);
    expect(await gather(randomUUID(), request)).toBeDefined();
  });
});
