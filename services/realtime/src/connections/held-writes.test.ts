import { createInMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, startPod, type TestPod } from '../realtime.fixture';

const count = 300;

describe.each([['held', true], ['stock', false]])('order with %s writes', (_name, holdWrites) => {
  let pod: TestPod;
  beforeEach(async () => { pod = await startPod({ internal: createInMemoryMessaging(), holdWrites }); });
  afterEach(async () => {
    closeClients();
    await pod.stop();
  });

  it.each([
    ['websocket', ['websocket'], 'websocket'],
    ['polling', ['polling'], 'polling'],
    ['polling that is upgraded on the way', ['polling', 'websocket'], 'websocket'],
  ])('is kept over %s', async (_transport, transports, endsAs) => {
    const sender = await connect(pod.url);
    const listener = await connect(pod.url, { transports });
    const { engine } = listener.socket.io;
    const upgraded = engine.transport.name === endsAs ? Promise.resolve() : new Promise<void>((resolve) => { engine.once('upgrade', () => { resolve(); }); });
    const replies = await Promise.all(Array.from({ length: count }, (_, index) => sender.send(listener.userId, `${index} é✓${'x'.repeat(index % 50 === 0 ? 8_000 : index)}`)));
    expect(replies.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    const received = await listener.receive(count);
    expect(received.map(({ seq, message }) => [seq, message.split(' ')[0]])).toEqual(Array.from({ length: count }, (_, index) => [index + 1, String(index)]));
    await upgraded;
    expect(engine.transport.name).toBe(endsAs);
  });
});
