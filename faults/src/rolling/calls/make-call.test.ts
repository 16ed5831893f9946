import { once } from 'node:events';
import { Agent, createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeCall } from './make-call';

const call = { service: 'auth', name: 'get-user-details', method: 'POST', path: '/api/v1/get-user-details', body: { token: 't' } } as const;
const servers: Server[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

const serve = async (listener: RequestListener): Promise<{ server: Server; url: string }> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

afterAll(() => {
  agent.destroy();
  for (const server of servers) { server.close(); server.closeAllConnections(); }
});

describe('a call of the load', () => {
  it('is served by 200 alone', async () => {
    const { url } = await serve((_request, response) => { response.end('{}'); });
    expect(await makeCall(url, call)).toMatchObject({ service: 'auth', name: 'get-user-details', connection: 'new' });
    expect(await makeCall(url, call)).not.toHaveProperty('failure');
  });

  it.each([503, 500, 404])('fails by %d', async (status) => {
    const { url } = await serve((_request, response) => { response.writeHead(status).end('why'); });
    expect(await makeCall(url, call)).toMatchObject({ failure: `${status} why` });
  });

  it('fails where the connection is reset, refused, or the reply breaks off, and is made once', async () => {
    let asked = 0;
    const { url } = await serve((request) => {
      asked += 1;
      request.socket.destroy();
    });
    expect(await makeCall(url, call)).toMatchObject({ failure: expect.stringContaining('ECONNRESET') as string });
    expect(asked).toBe(1);
    expect(await makeCall('http://127.0.0.1:9', call)).toMatchObject({ failure: expect.stringContaining('ECONNREFUSED') as string });
    const breaking = await serve((request, response) => { response.writeHead(200, { 'content-length': '10' }).write('half', () => { request.socket.destroy(); }); });
    expect(await makeCall(breaking.url, call)).toMatchObject({ failure: expect.stringContaining('broke off') as string });
  });

  it('keeps its connection where it is told to, and not otherwise', async () => {
    let connections = 0;
    const { url, server } = await serve((_request, response) => { response.end('{}'); });
    server.on('connection', () => { connections += 1; });
    for (let count = 0; count < 3; count += 1) expect(await makeCall(url, call, agent)).toMatchObject({ connection: 'kept' });
    expect(connections).toBe(1);
    for (let count = 0; count < 3; count += 1) await makeCall(url, call);
    expect(connections).toBe(4);
  });
});
