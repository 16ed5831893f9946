import { randomUUID } from 'node:crypto';
import { connectionLimits, type GatheredAuditEntry } from '@chat-backend/contracts';
import { testToken } from '@chat-backend/testing';
import type { InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { connect, eventually, refusal, type TestPod } from '../realtime.fixture';

const factor = 0.05;
const here = '127.0.0.1';
const elsewhere = '203.0.113.5';
const fromElsewhere = { extraHeaders: { 'x-forwarded-for': elsewhere } };

describe('what realtime refuses goes to the audit log', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  podForEachTest({ env: { RATE_LIMIT_FACTOR: String(factor), TRUST_PROXY: '1', CORS_ORIGINS: 'https://app.example.com' } }, (own) => { ({ messaging, pod } = own); });

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
      { action: 'token.refused', code: 'TOKEN_INVALID', call: 'connect', address: here }, { action: 'token.refused', code: 'WRONG_TOKEN_PURPOSE', call: 'connect', address: here },
    ]);
  });

  it('for a page from elsewhere, by the id that the reply carries', async () => {
    const reply = await fetch(`${pod.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin: 'https://evil.example.com', 'x-forwarded-for': elsewhere } });
    const { code, requestId } = await reply.json() as { code: string; requestId: string };
    expect(code).toBe('ORIGIN_NOT_ALLOWED');
    expect(await recordedAll(1)).toMatchObject([{ action: 'access.denied', code, call: 'connect', requestId, address: elsewhere, times: 1 }]);
  });

  it('for more sockets than a user may have, with the user', async () => {
    const userId = randomUUID();
    const sockets = Math.round(connectionLimits.atOncePerUser * factor);
    for (let opened = 0; opened < sockets; opened += 1) await connect(pod.url, { userId, ...fromElsewhere });
    await expect(connect(pod.url, { userId, ...fromElsewhere })).rejects.toMatchObject({ data: { code: 'TOO_MANY_SOCKETS' } });
    expect(await recordedAll(1)).toMatchObject([{ action: 'rate.limited', code: 'TOO_MANY_SOCKETS', call: 'connect', userId, address: elsewhere, times: 1 }]);
  });

  it('for a message and for another event, and neither for a mistake', async () => {
    const { userId, socket, send } = await connect(pod.url, fromElsewhere);
    messaging.refuse = () => 'NOT_FRIENDS';
    expect(await send(randomUUID(), 'hello')).toMatchObject({ code: 'NOT_FRIENDS' });
    expect(await send('nobody', 'hello')).toMatchObject({ code: 'INVALID_REQUEST' });
    const asked = () => socket.emitWithAck('sync', { conversations: [] }) as Promise<{ code?: string }>;
    while ((await asked()).code !== 'RATE_LIMITED') { /* until it is too much */ }
    expect(await recordedAll(2)).toMatchObject([
      { action: 'access.denied', code: 'NOT_FRIENDS', call: 'sendMessage', userId, address: elsewhere, times: 1 },
      { action: 'rate.limited', code: 'RATE_LIMITED', call: 'sync', userId, address: elsewhere, times: 1 },
    ]);
    expect(JSON.stringify(recorded())).not.toContain('hello');
  });
});
