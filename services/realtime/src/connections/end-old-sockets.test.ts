import { randomUUID } from 'node:crypto';
import { createGate, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { connect, startPod, type TestClient, type TestPod } from '../realtime.fixture';

const maxAgeMs = 2_000;

describe('a socket of a limited age', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  podForEachTest({ env: { SOCKET_MAX_AGE_SECONDS: String(maxAgeMs / 1000) } }, (own) => { ({ messaging, pod } = own); });
  afterEach(() => { jest.restoreAllMocks(); });

  interface Ended { hint: Record<string, unknown>; reason: string; livedMs: number }
  const endOf = async (client: TestClient, since: number): Promise<Ended> => {
    const reason = new Promise<string>((resolve) => { client.socket.once('disconnect', resolve); });
    return { hint: await client.next('serverDraining'), reason: await reason, livedMs: Date.now() - since };
  };
  const endedAsOld = async (): Promise<number> => Number(/^chat_realtime_ended_sockets_total\{reason="old"\} (\d+)$/m.exec(await pod.context.metrics.metrics())?.[1] ?? 0);

  it('is told when to come back and ended within that age, at a moment of its own, over WebSocket and polling', async () => {
    const unlimitedPod = await startPod({ internal: messaging });
    const unlimited = await connect(unlimitedPod.url);
    const lives = await Promise.all(Array.from({ length: 24 }, async (_, number) => {
      const since = Date.now();
      const client = await connect(pod.url, { transports: [number % 2 === 0 ? 'websocket' : 'polling'] });
      const connectedAt = Date.now();
      const { hint, reason, livedMs } = await endOf(client, since);
      expect(hint).toEqual({ reconnectAfterMs: expect.any(Number) as number });
      expect(hint['reconnectAfterMs']).toBeLessThanOrEqual(1_000);
      // A client that knows nothing of the hint comes back by itself after this, and not after "io server disconnect".
      expect(['transport close', 'transport error']).toContain(reason);
      expect(livedMs).toBeGreaterThanOrEqual(maxAgeMs / 2);
      expect(Date.now() - connectedAt).toBeLessThan(maxAgeMs + 500);
      return Date.now() - connectedAt;
    }));
    expect(Math.max(...lives) - Math.min(...lives)).toBeGreaterThan(maxAgeMs / 5);
    expect(await endedAsOld()).toBe(lives.length);
    expect(unlimited.socket.connected).toBe(true);
    await unlimitedPod.stop();
  });

  it('is not ended between a message and its acknowledgement', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'send-batch' ? gate.pass() : undefined);
    const [sender, idle] = [await connect(pod.url), await connect(pod.url)];
    const ended = endOf(sender, Date.now());
    const underWay = sender.send(randomUUID(), 'under way');
    // Of the same age, and with nothing to wait for.
    await endOf(idle, Date.now());
    expect(sender.socket.connected).toBe(true);
    gate.open();
    expect(await underWay).toMatchObject({ seq: 1 });
    expect((await ended).hint).toEqual({ reconnectAfterMs: 0 });
  });

  it('is ended at the highest age, though an answer is not there', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'send-batch' ? gate.pass() : undefined);
    const since = Date.now();
    const sender = await connect(pod.url);
    void sender.send(randomUUID(), 'not answered').catch(() => undefined);
    const { livedMs } = await endOf(sender, since);
    expect(livedMs).toBeGreaterThan(maxAgeMs * 0.75);
    expect(livedMs).toBeLessThan(maxAgeMs + 500);
    gate.open();
  });
});
