import { startTcpProxy, type TcpProxy } from '@chat-backend/testing';
import { productHeartbeat } from '../chat-server';
import { createInMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, startPod, type TestPod } from '../realtime.fixture';

const foundWithinMs = 45_000;
const heartbeat = { pingInterval: 300, pingTimeout: 200 };

describe('a peer that is gone without a word', () => {
  let pod: TestPod;
  let proxy: TcpProxy;
  beforeEach(async () => {
    pod = await startPod({ internal: createInMemoryMessaging(), heartbeat });
    proxy = await startTcpProxy(Number(new URL(pod.url).port));
  });
  afterEach(async () => {
    closeClients();
    await proxy.close();
    await pod.stop();
  });
  const connections = async (): Promise<number> => Number(/^chat_realtime_connections (\d+)$/m.exec(await pod.context.metrics.metrics())?.[1]);

  it.each(['websocket', 'polling'])('is found over %s, and by its client as well, while others stay', async (transport) => {
    const [far, near] = [await connect(`http://127.0.0.1:${proxy.port}`, { transports: [transport] }), await connect(pod.url)];
    expect(await connections()).toBe(2);
    const told = new Promise((resolve) => { far.socket.once('disconnect', resolve); });
    const stalledAt = Date.now();
    proxy.stall();
    while (await connections() > 1) await new Promise((resolve) => { setTimeout(resolve, 10); });
    expect(Date.now() - stalledAt).toBeLessThan(heartbeat.pingInterval + heartbeat.pingTimeout + 1_000);
    await told;
    expect(await near.send(far.userId, 'still here')).toMatchObject({ seq: 1 });
  });

  it('is found within 45 s with the heartbeat of the product', () => {
    expect(productHeartbeat.pingInterval + productHeartbeat.pingTimeout).toBeLessThan(foundWithinMs);
  });
});
