import { randomUUID } from 'node:crypto';
import { testToken } from '@chat-backend/testing';
import { createInMemoryMessaging, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, startPod, type TestClient, type TestPod } from '../realtime.fixture';

describe('a session that is over', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  beforeEach(async () => {
    messaging = createInMemoryMessaging();
    pod = await startPod({ internal: messaging });
  });
  afterEach(async () => {
    closeClients();
    await pod.stop();
  });

  const connectTo = async (options: { sessionId?: string; livesSeconds?: number }): Promise<TestClient & { ended: Promise<unknown[]> }> => {
    const userId = randomUUID();
    const client = await connect(pod.url, { userId, token: testToken(userId, options) });
    const closed = new Promise((resolve) => { client.socket.once('disconnect', resolve); });
    return { ...client, ended: Promise.all([client.next('sessionEnded'), closed]) };
  };

  it.each([
    ['is told to have ended', (sessionId: string) => pod.context.events.publish('session.revoked', { sessionIds: [sessionId] })],
    ['ended without a word', async (sessionId: string) => { messaging.revoked.push(sessionId); }],
  ])('closes its sockets within 2 s when it %s', async (_name, revoke) => {
    const sessionId = randomUUID();
    const [gone, stays] = [await connectTo({ sessionId }), await connectTo({})];
    const startedAt = Date.now();
    await revoke(sessionId);
    expect(await gone.ended).toEqual([{ code: 'SESSION_REVOKED', message: 'The session has ended' }, 'io server disconnect']);
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    expect(stays.socket.connected).toBe(true);
  });

  it('closes its socket when the access token expires', async () => {
    const [short, long] = [await connectTo({ livesSeconds: 2 }), await connectTo({})];
    expect(await short.ended).toEqual([{ code: 'TOKEN_EXPIRED', message: 'The token has expired' }, 'io server disconnect']);
    expect(long.socket.connected).toBe(true);
  });
});
