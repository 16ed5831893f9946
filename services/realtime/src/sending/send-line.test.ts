import { randomUUID } from 'node:crypto';
import { createLogger } from '@chat-backend/service-kit';
import { Registry } from 'prom-client';
import { createInMemoryMessaging } from '../in-memory-messaging.fixture';
import { createRealtimeMetrics } from '../metrics';
import { createSendLine } from './send-line';

/** Sends a batch and a single message, each of which takes so long to push. @returns how long after the first was pushed the second began */
const restAfter = async (pushMs: number, batchSize: number): Promise<number> => {
  const messaging = createInMemoryMessaging();
  const begun: number[] = [];
  messaging.before = ({ name }) => { if (name === 'send-batch') begun.push(performance.now()); };
  let pushedAt = 0;
  const push = (): Promise<boolean> => {
    for (const until = performance.now() + pushMs; performance.now() < until;);
    pushedAt ||= performance.now();
    return Promise.resolve(true);
  };
  const line = createSendLine({
    internal: messaging, push, logger: createLogger({ level: 'silent', service: 'test' }), metrics: createRealtimeMetrics(new Registry(), () => 0), gatherMs: 0,
  });
  const to = randomUUID();
  const send = (): Promise<unknown> => new Promise((settle) => {
    line.add({ entry: { senderId: randomUUID(), to, chatType: 'friend', messageType: 'TEXT', message: 'x', clientMessageId: randomUUID() }, conversation: to, until: Date.now() + 60_000, settle });
  });
  await Promise.all(Array.from({ length: batchSize }, send));
  await send();
  await line.idle();
  return (begun[1] ?? NaN) - pushedAt;
};

describe('the batch after one that took long to push', () => {
  it('begins a part of that time later, so that who was reached last can be in it', async () => {
    expect(await restAfter(40, 2)).toBeGreaterThanOrEqual(9);
  });

  it('begins after 20 ms at the latest', async () => {
    const rest = await restAfter(1_200, 2);
    expect(rest).toBeGreaterThanOrEqual(19);
    expect(rest).toBeLessThan(290);
  });
});
