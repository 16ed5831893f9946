import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { messagesOf } from './express-messages';

let server: Server | undefined;
afterEach(() => { server?.close(); server?.closeAllConnections(); });

const listen = async (opened: Server): Promise<string> => {
  server = opened;
  await new Promise<void>((resolve) => { opened.listen(0, '127.0.0.1', resolve); });
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}`;
};

describe('requests and replies of the app', () => {
  it('stay what they were made, and can do all that Express adds', async () => {
    const app = express().set('trust proxy', 1).disable('etag');
    const prototypes: unknown[] = [];
    app.post('/seen', express.json(), (request, response) => {
      prototypes.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
      response.status(201).json({ ip: request.ip, body: request.body as unknown, isOfApp: request.app === app && response.app === app });
    });
    const url = await listen(createServer(messagesOf(app), (request, response) => {
      prototypes.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
      app(request, response);
    }));
    const reply = await fetch(`${url}/seen`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' }, body: '{"a":1}' });
    expect([reply.status, reply.headers.get('etag')]).toEqual([201, null]);
    expect(await reply.json()).toEqual({ ip: '203.0.113.7', body: { a: 1 }, isOfApp: true });
    const [request, response, requestInApp, responseInApp] = prototypes;
    expect(requestInApp).toBe(request);
    expect(responseInApp).toBe(response);
  });

  it('may be those of any other server', async () => {
    const app = express();
    messagesOf(app);
    app.get('/seen', (request, response) => { response.json({ ip: request.ip }); });
    const reply = await fetch(`${await listen(createServer(app))}/seen`);
    expect(await reply.json()).toEqual({ ip: '127.0.0.1' });
  });
});
