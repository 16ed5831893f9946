import { randomUUID } from 'node:crypto';
import { Refusal } from '@chat-backend/service-kit';
import { createGate, createInMemoryMessaging } from '../in-memory-messaging.fixture';
import { createAskGroups } from './ask-groups';

describe('groups of connecting users', () => {
  it('are asked at once; who comes while the question is under way is in the next one', async () => {
    const messaging = createInMemoryMessaging();
    const gate = createGate();
    messaging.before = () => gate.pass();
    const askGroups = createAskGroups(messaging);
    const users = Array.from({ length: 1_500 }, () => randomUUID());
    const groupId = messaging.makeGroup(users[1_400] ?? '');
    const asked = users.map((userId) => askGroups(userId));
    gate.open();
    expect((await Promise.all(asked)).flatMap((groups, index) => groups.map((group) => [index, group]))).toEqual([[1_400, { groupId, membershipVersion: 1, lastSeq: 0 }]]);
    expect(messaging.calls.map((call) => (call.name === 'groups-of-users' ? call.request.userIds.length : 0))).toEqual([1, 1_000, 499]);
  });

  it('are asked again soon after a question for several: people wait for it', async () => {
    const messaging = createInMemoryMessaging();
    const askGroups = createAskGroups(messaging);
    const order: string[] = [];
    await Promise.all([
      // Timers that are due fire in order, however late: it is asked before a tenth of a second is over.
      new Promise<void>((resolve) => { setTimeout(() => { order.push('a tenth of a second'); resolve(); }, 95); }),
      ...Array.from({ length: 3 }, () => askGroups(randomUUID())),
      askGroups(randomUUID()).then(() => askGroups(randomUUID())).then(() => { order.push('asked again'); }),
    ]);
    expect(order).toEqual(['asked again', 'a tenth of a second']);
  });

  it('fail for those who were asked for, and not for who comes later', async () => {
    const messaging = createInMemoryMessaging();
    messaging.before = () => { if (messaging.calls.length === 1) throw new Refusal('UNAVAILABLE'); };
    const askGroups = createAskGroups(messaging);
    const [first, second] = [askGroups(randomUUID()), askGroups(randomUUID())];
    await expect(first).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await second).toEqual([]);
  });
});
