import { randomUUID } from 'node:crypto';
import { testToken } from '@chat-backend/testing';
import type { InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { connect, type TestClient, type TestPod } from '../realtime.fixture';

describe('a session that is over', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  podForEachTest({}, (own) => { ({ messaging, pod } = own); });

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

  it.each([
    ['is told', (sessionId: string) => pod.context.events.publish('session.revoked', { sessionIds: [sessionId], accountDeleted: true })],
    ['asks', async (sessionId: string) => { messaging.deleted.push(sessionId); }],
  ])('says that the account is gone, when realtime %s so', async (_name, remove) => {
    const sessionId = randomUUID();
    const gone = await connectTo({ sessionId });
    await remove(sessionId);
    expect((await gone.ended)[0]).toEqual({ code: 'SESSION_REVOKED', message: 'The session has ended', reason: 'accountDeleted' });
  });

  describe('auth:refresh', () => {
    const renew = ({ socket }: TestClient, token: unknown): Promise<unknown> => socket.emitWithAck('auth:refresh', { token }) as Promise<unknown>;

    it('lets a socket outlive its first token', async () => {
      const [renewed, left] = [await connectTo({ livesSeconds: 2 }), await connectTo({ livesSeconds: 2 })];
      const reply = await renew(renewed, testToken(renewed.userId, { livesSeconds: 600 })) as { expiresIn: number };
      expect(reply.expiresIn).toBeGreaterThan(590);
      expect(reply.expiresIn).toBeLessThanOrEqual(600);
      await left.ended;
      expect(renewed.socket.connected).toBe(true);
    });

    it('with a token of another session lets it end with that one, and not with the first', async () => {
      const [first, second] = [randomUUID(), randomUUID()];
      const client = await connectTo({ sessionId: first });
      await renew(client, testToken(client.userId, { sessionId: second }));
      await pod.context.events.publish('session.revoked', { sessionIds: [first] });
      expect(await client.socket.emitWithAck('sync', {})).toMatchObject({ isComplete: true });
      await pod.context.events.publish('session.revoked', { sessionIds: [second] });
      expect(await client.ended).toMatchObject([{ code: 'SESSION_REVOKED' }, 'io server disconnect']);
    });

    it('takes no other token, and leaves the socket as it was', async () => {
      const over = randomUUID();
      await pod.context.events.publish('session.revoked', { sessionIds: [over] });
      const client = await connectTo({ livesSeconds: 2 });
      const { userId } = client;
      const refused: [unknown, string][] = [
        [testToken(randomUUID()), 'TOKEN_INVALID'], ['nonsense', 'TOKEN_INVALID'], [testToken(userId, { livesSeconds: -1 }), 'TOKEN_EXPIRED'],
        [testToken(userId, { purpose: 'mfa' }), 'WRONG_TOKEN_PURPOSE'], [testToken(userId, { sessionId: over }), 'SESSION_REVOKED'], [undefined, 'INVALID_REQUEST'], [7, 'INVALID_REQUEST'],
      ];
      for (const [token, code] of refused) expect(await renew(client, token)).toMatchObject({ success: false, code });
      expect(await client.ended).toMatchObject([{ code: 'TOKEN_EXPIRED' }, 'io server disconnect']);
    });
  });

  it('closes its socket when the access token expires', async () => {
    const [short, long] = [await connectTo({ livesSeconds: 2 }), await connectTo({})];
    expect(await short.ended).toEqual([{ code: 'TOKEN_EXPIRED', message: 'The token has expired' }, 'io server disconnect']);
    expect(long.socket.connected).toBe(true);
  });
});
