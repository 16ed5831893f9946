import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectSocket, type AddressInfo } from 'node:net';
import { createLogger } from '@chat-backend/service-kit';
import { Socket as EngineConnection } from 'engine.io';
import { Server } from 'socket.io';
import { createInMemoryMessaging } from '../in-memory-messaging.fixture';
import { closeClients, connect, openSocket, startPod, type TestPod } from '../realtime.fixture';
import { holdWrites } from './held-writes';
import { upgradeRequest } from './raw-client.fixture';

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

describe('held writes', () => {
  const logger = createLogger({ level: 'silent', service: 'test' });
  const unbounded = { bytesAtMost: Infinity, endSlow: jest.fn() };

  /** How often a connection is written when so many events are emitted to it in one turn; all must arrive, before the disconnect. */
  const countWrites = async (hold: boolean, change: (transport: object) => void = () => {}): Promise<{ writes: number; arrived: number[] }> => {
    const server = createServer();
    const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false });
    if (hold) expect(holdWrites(io.engine, { logger, ...unbounded })).toBe(true);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    let writes = 0;
    io.on('connection', (socket) => {
      change(socket.conn.transport);
      socket.on('go', () => {
        io.engine.on('flush', () => { writes += 1; });
        for (let index = 0; index < 50; index++) (index % 2 === 0 ? socket : io.local).emit('number', index, ...(index % 7 === 0 ? [Buffer.from('binary')] : []));
        socket.disconnect(true);
      });
    });
    const socket = openSocket(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {});
    const arrived: number[] = [];
    socket.on('number', (index: number) => { arrived.push(index); });
    socket.emit('go');
    await new Promise((resolve) => { socket.once('disconnect', resolve); });
    await io.close();
    return { writes, arrived };
  };
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  afterEach(closeClients);

  it('let the answer to an upgrade wait for the greeting of the same turn', async () => {
    const server = createServer();
    const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false });
    holdWrites(io.engine, { logger, ...unbounded });
    // Both have been written by now, as far as Engine.IO knows.
    const waits = new Promise<number>((resolve) => {
      io.engine.on('connection', ({ request }: EngineConnection) => { resolve(request.socket.writableLength); });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connectSocket((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(upgradeRequest());
    const [first] = await once(socket, 'data') as [Buffer];
    expect(first.toString('latin1')).toMatch(/^HTTP\/1\.1 101 [^{]*0\{"sid":/);
    expect(await waits).toBe(first.length);
    socket.destroy();
    await io.close();
  });

  it('leave once a turn, and before the connection ends', async () => {
    expect(await countWrites(true)).toEqual({ writes: 1, arrived: numbers });
    const stock = await countWrites(false);
    expect(stock.arrived).toEqual(numbers);
    expect(stock.writes).toBeGreaterThan(1);
  });

  it('are all written where this engine does not write frames that it is given', async () => {
    expect(await countWrites(true, (transport) => { Object.assign(transport, { _canSendPreEncodedFrame: () => false }); })).toEqual({ writes: 1, arrived: numbers });
  });

  it('are given up, with a warning, where the engine has no flush to hold', () => {
    const prototype = EngineConnection.prototype as unknown as { flush?: () => void };
    const { flush } = prototype;
    const lines: string[] = [];
    try {
      delete prototype.flush;
      const on = jest.fn();
      expect(holdWrites({ on }, { logger: createLogger({ level: 'warn', service: 'test', destination: { write: (line) => { lines.push(line); } } }), ...unbounded })).toBe(false);
      expect(on).not.toHaveBeenCalled();
    } finally {
      if (flush) prototype.flush = flush;
    }
    expect(lines.join()).toContain('no flush to hold');
  });
});
