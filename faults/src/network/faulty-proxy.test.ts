import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { startFaultyProxy, type FaultyProxy } from './faulty-proxy';

/** `once` would take the error that comes with a reset for its own. */
const closing = (socket: Socket): Promise<void> => new Promise((resolve) => { socket.once('close', () => { resolve(); }); });

describe('the bad network', () => {
  let server: Server;
  let proxy: FaultyProxy;
  let client: Socket;
  let heard: Buffer[];
  let reached: string;
  beforeEach(async () => {
    reached = '';
    // It says everything back.
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (piece) => {
        reached += piece.toString();
        server.emit('heard');
        socket.write(piece);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await startFaultyProxy((server.address() as AddressInfo).port);
    client = connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1' });
    client.on('error', () => undefined);
    heard = [];
    client.on('data', (piece) => { heard.push(piece); });
    await once(client, 'connect');
  });
  afterEach(async () => {
    client.destroy();
    await proxy.close();
    server.close();
  });

  /** Resolves when everything came back, in however many pieces. */
  const hears = async (text: string): Promise<void> => { while (Buffer.concat(heard).toString() !== text) await once(client, 'data'); };

  it.each(['good', 'slow', 'trickling'] as const)('passes everything on in order when it is %s, and when that changes', async (weather) => {
    const [first, second] = ['a'.repeat(500), 'b'.repeat(500)];
    proxy.set(weather);
    client.write(first);
    await hears(first);
    proxy.set('good');
    client.write(second);
    await hears(first + second);
  });

  it('lets the server hear and its answers vanish when it is deaf, and cuts its connections when it is not any more', async () => {
    proxy.set('deaf');
    const closed = closing(client);
    client.write('hello');
    while (reached !== 'hello') await once(server, 'heard');
    proxy.set('good');
    await closed;
    expect(heard).toEqual([]);
  });

  it('resets connections at once', async () => {
    const closed = closing(client);
    proxy.reset();
    await closed;
  });
});
