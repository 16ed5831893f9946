import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort } from './free-port';

describe('a free port', () => {
  it('is another one each time', async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    expect(new Set(ports).size).toBe(3);
  });

  it('is none that somebody listens on, nor the one that is meant for somebody', async () => {
    const [taken, meant] = [await freePort() + 1, await freePort() + 2];
    const server = createServer().listen(taken, '127.0.0.1');
    await once(server, 'listening');
    expect((server.address() as AddressInfo).port).toBe(taken);
    const next = [await freePort(meant), await freePort(meant), await freePort(meant)];
    server.close();
    expect(next).not.toContain(taken);
    expect(next).not.toContain(meant);
  });
});
