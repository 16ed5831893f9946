import { randomUUID } from 'node:crypto';
import type { GatheredAuditEntry } from '@chat-backend/contracts';
import { testToken } from '@chat-backend/testing';
import { createInMemoryMessaging, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, eventually, refusal, startPod, type TestPod } from '../realtime.fixture';

describe('what realtime refuses goes to the audit log', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  beforeEach(async () => {
    messaging = createInMemoryMessaging();
    pod = await startPod({ internal: messaging, env: { RATE_LIMIT_FACTOR: '0.05' } });
  });
  afterEach(async () => {
    closeClients();
    await pod.stop();
  });

  const recorded = (): GatheredAuditEntry[] => messaging.callsOf('record-audit').flatMap(({ request }) => (request as { entries: GatheredAuditEntry[] }).entries);
  const recordedAll = async (count: number): Promise<GatheredAuditEntry[]> => {
    await eventually(() => recorded().length >= count, `${count} entries`);
    return recorded();
  };

  it('for a handshake', async () => {
    await refusal(pod.url, { token: `${testToken(randomUUID()).slice(0, -4)}AAAA` });
    await refusal(pod.url, { token: testToken(randomUUID(), { purpose: 'reset' }) });
    await refusal(pod.url, { token: testToken(randomUUID(), { livesSeconds: -1 }) });
    expect(await recordedAll(2)).toMatchObject([
      { action: 'token.refused', code: 'TOKEN_INVALID', call: 'connect' }, { action: 'token.refused', code: 'WRONG_TOKEN_PURPOSE', call: 'connect' },
    ]);
  });

  it('for a message and for another event, and neither for a mistake', async () => {
    const { userId, socket, send } = await connect(pod.url);
    messaging.refuse = () => 'NOT_FRIENDS';
    expect(await send(randomUUID(), 'hello')).toMatchObject({ code: 'NOT_FRIENDS' });
    expect(await send('nobody', 'hello')).toMatchObject({ code: 'INVALID_REQUEST' });
    const asked = () => socket.emitWithAck('sync', { conversations: [] }) as Promise<{ code?: string }>;
    while ((await asked()).code !== 'RATE_LIMITED') { /* until it is too much */ }
    expect(await recordedAll(2)).toMatchObject([
      { action: 'access.denied', code: 'NOT_FRIENDS', call: 'sendMessage', userId, times: 1 }, { action: 'rate.limited', code: 'RATE_LIMITED', call: 'sync', userId, times: 1 },
    ]);
    expect(JSON.stringify(recorded())).not.toContain('hello');
  });
});
