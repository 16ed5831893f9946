import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Counter, Registry } from 'prom-client';
import express from 'express';
import { messagesOf } from '../http/express-messages';
import { createLogger } from '../logger';
import { serveProcess, type ServedProcess, type ServeOptions } from './serve-process';
import type { Service } from './service';

const logger = createLogger({ level: 'silent', service: 'test' });
const nothing = () => Promise.resolve();
const service = (overrides: Partial<Service>): Service => ({
  name: 'auth', app: (() => {}) as unknown as Service['app'], internal: {}, notReady: () => Promise.resolve([]), drain: nothing, close: nothing, ...overrides,
});
const serve = (overrides: Partial<ServeOptions>) => serveProcess({
  services: [], app: (_request, response) => { response.end('served'); }, logger, metrics: new Registry(),
  port: 0, host: '127.0.0.1', metricsPort: 0, metricsHost: '127.0.0.1', drainSeconds: 5, close: nothing, ...overrides,
});

describe('a process', () => {
  it('says that it lives, whether it is ready and why not', async () => {
    let reasons = ['Postgres does not answer'];
    const served = await serve({ services: [service({ notReady: () => Promise.resolve(reasons) })] });
    const get = async (path: string) => { const reply = await fetch(`http://127.0.0.1:${served.port}${path}`); return [reply.status, await reply.text()]; };
    expect((await get('/livez'))[0]).toBe(200);
    expect((await get('/healthz'))[0]).toBe(200);
    expect(await get('/readyz')).toEqual([503, '{"status":"not ready","reasons":["Postgres does not answer"]}']);
    const readiness = async () => /^chat_process_ready (\d)$/m.exec(await (await fetch(`http://127.0.0.1:${served.metricsPort}/metrics`)).text())?.[1];
    expect(await readiness()).toBe('0');
    reasons = [];
    expect((await get('/readyz'))[0]).toBe(200);
    expect(await readiness()).toBe('1');
    expect(await get('/anything')).toEqual([200, 'served']);
    await served.stop('test');
  });

  it('takes one request of a connection at a time, so that it always learns when a client has gone', async () => {
    let gone = 0;
    const asked: (string | undefined)[] = [];
    const served = await serve({ app: (request, response) => {
      asked.push(request.url);
      response.once('close', () => { gone += 1; });
    } });
    const client = connect(served.port, '127.0.0.1');
    client.write(['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await once(client, 'close');
    expect([asked, gone]).toEqual([['/1'], 1]);
    await served.stop('test');
  });

  describe('that takes upgrades to WebSocket', () => {
    const wish = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
    const upgraded: IncomingMessage[] = [];
    let listeners: number[] = [];
    const serveSockets = (): Promise<ServedProcess> => serve({
      services: [service({ attach: (server) => { server.on('upgrade', (request, socket) => { upgraded.push(request); socket.destroy(); }); } })],
      app: (request, response) => {
        const chunks: Buffer[] = [];
        listeners.push(['close', 'end', 'error', 'data'].reduce((sum, name) => sum + request.socket.listenerCount(name), 0));
        request.on('data', (chunk: Buffer) => { chunks.push(chunk); });
        request.on('end', () => { response.end(JSON.stringify([request.method, request.url, request.headers, Buffer.concat(chunks).toString()])); });
      },
    });
    const open = (served: ServedProcess): Socket => connect(served.port, '127.0.0.1').setEncoding('utf8');
    /** The next answer of the app, the last thing in which is the body that it was sent. */
    const answerWith = async (client: Socket, body: string): Promise<string> => {
      let answer = '';
      while (!answer.endsWith(`"${body}"]`)) answer += String(await once(client, 'data'));
      return answer;
    };

    it('answers a call that wishes for HTTP/2 over HTTP/1.1, as Java and curl --http2 ask, and keeps its connection', async () => {
      listeners = [];
      const served = await serveSockets();
      const client = open(served);
      for (let call = 1; call <= 30; call += 1) {
        client.write(`GET /${call} HTTP/1.1\r\nHost: a\r\n${wish}X-Kept: \u00e9\r\n\r\n`, 'latin1');
        const answer = await answerWith(client, '');
        expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(JSON.parse(answer.slice(answer.indexOf('["')))).toEqual(['GET', `/${call}`, { host: 'a', connection: '', 'x-kept': '\u00e9' }, '']);
      }
      expect(upgraded).toEqual([]);
      expect(listeners).toEqual(Array(30).fill(listeners[0]));
      client.destroy();
      await served.stop('test');
    });

    it('reads the body of such a call to its end and no further, in whatever pieces it comes', async () => {
      const served = await serveSockets();
      const client = open(served);
      client.write(`POST /body HTTP/1.1\r\nHost: a\r\n${wish}Content-Length: 10\r\n\r\n01234`);
      setImmediate(() => client.write('56789'));
      expect(await answerWith(client, '0123456789')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      client.write(`POST /chunks HTTP/1.1\r\nHost: a\r\n${wish}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`);
      setImmediate(() => client.write('2\r\nde\r\n0\r\n\r\n'));
      expect(await answerWith(client, 'abcde')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      client.destroy();
      await served.stop('test');
    });

    it('ends a connection whose wish comes before the answer to what it asked first, or has more headers than can be told again', async () => {
      const served = await serveSockets();
      const hasty = open(served);
      hasty.write(`POST /waits HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET /wish HTTP/1.1\r\nHost: a\r\n${wish}\r\n`);
      await once(hasty, 'close');
      const wordy = open(served);
      wordy.write(`POST /wish HTTP/1.1\r\nHost: a\r\n${wish}${'a:\r\n'.repeat(1_500)}Content-Length: 36\r\n\r\n`);
      let answered = '';
      wordy.on('data', (text) => { answered += String(text); });
      await once(wordy, 'close');
      expect(answered).toBe('');
      expect((await fetch(`http://127.0.0.1:${served.port}/goes-on`)).status).toBe(200);
      await served.stop('test');
    });

    it('hands on those to WebSocket', async () => {
      const served = await serveSockets();
      const client = open(served);
      client.write('GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n');
      await once(client, 'close');
      expect(upgraded.map(({ url }) => url)).toEqual(['/socket']);
      await served.stop('test');
    });
  });

  it('makes its requests and replies of what the app wants', async () => {
    const app = express();
    const messages = messagesOf(app);
    const made: unknown[] = [];
    const served = await serve({ messages, app: (request, response) => {
      made.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
      response.end();
    } });
    await fetch(`http://127.0.0.1:${served.port}/`);
    expect(made).toEqual([messages.IncomingMessage?.prototype, messages.ServerResponse?.prototype]);
    await served.stop('test');
  });

  it('shows its metrics on the internal port only', async () => {
    const metrics = new Registry();
    new Counter({ name: 'messages_total', help: 'of this test', registers: [metrics] }).inc();
    const served = await serve({ metrics });
    expect(await (await fetch(`http://127.0.0.1:${served.metricsPort}/metrics`)).text()).toContain('messages_total 1');
    expect(await (await fetch(`http://127.0.0.1:${served.port}/metrics`)).text()).toBe('served');
    await served.stop('test');
  });

  it('has pages for operators on the internal port only', async () => {
    const operatorPages = ((_request: IncomingMessage, response: ServerResponse) => { response.end('the board'); }) as unknown as NonNullable<Service['operatorPages']>;
    const served = await serve({ services: [service({}), service({ operatorPages })] });
    expect(await (await fetch(`http://127.0.0.1:${served.metricsPort}/board/`)).text()).toBe('the board');
    expect(await (await fetch(`http://127.0.0.1:${served.port}/board/`)).text()).toBe('served');
    await served.stop('test');
    const without = await serve({});
    expect((await fetch(`http://127.0.0.1:${without.metricsPort}/board/`)).status).toBe(404);
    await without.stop('test');
  });

  it('says what to do when its port is taken', async () => {
    const served = await serve({});
    await expect(serve({ port: served.port })).rejects.toThrow(/port \d+ is taken; set PORT to a free one/);
    await served.stop('test');
  });

  it('finishes what is under way before it closes, from the edge inwards, and takes nothing new', async () => {
    const steps: string[] = [];
    const named = (name: string) => service({
      drain: async () => { steps.push(`drain ${name}`); }, close: async () => { steps.push(`close ${name}`); },
    });
    const begun = new EventEmitter();
    const app = (_request: IncomingMessage, response: ServerResponse): void => { begun.emit('call', response); };
    const served = await serve({ services: [named('inner'), named('edge')], app, close: async () => { steps.push('close process'); } });
    const call = once(begun, 'call');
    const underWay = fetch(`http://127.0.0.1:${served.port}/slow`);
    const [response] = await call as [ServerResponse];
    const stopped = served.stop('test');
    await expect(fetch(`http://127.0.0.1:${served.port}/new`)).rejects.toThrow();
    steps.push('answered');
    response.end('done');
    expect(await (await underWay).text()).toBe('done');
    await stopped;
    expect(steps).toEqual(['drain edge', 'drain inner', 'answered', 'close edge', 'close inner', 'close process']);
  });

  it('that leaves says so, and serves what comes until its load balancer has noticed', async () => {
    const delaySeconds = 0.5;
    const served = await serve({ services: [service({})] });
    const get = (path: string) => fetch(`http://127.0.0.1:${served.port}${path}`);
    expect((await get('/before')).headers.get('connection')).toBe('keep-alive');
    const begun = performance.now();
    const stopped = served.stop('test', delaySeconds);
    expect(await (await get('/readyz')).text()).toBe('{"status":"not ready","reasons":["draining"]}');
    // Over the connection that was kept, and over a new one: both end with it.
    for (const reply of [await get('/kept'), await get('/new')]) expect([reply.status, reply.headers.get('connection'), await reply.text()]).toEqual([200, 'close', 'served']);
    await stopped;
    expect(performance.now() - begun).toBeGreaterThanOrEqual(delaySeconds * 1_000 - 1);
    await expect(get('/after')).rejects.toThrow();
  });

  it('reads what has arrived on a connection that looks idle before it closes it', async () => {
    const served = await serve({});
    const socket = connect(served.port, '127.0.0.1');
    const call = 'GET / HTTP/1.1\r\nHost: here\r\n\r\n';
    socket.write(call);
    await once(socket, 'data');
    // In one turn: it is in the kernel, and nobody has looked.
    socket.write(call);
    const stopped = served.stop('test');
    const [reply] = await once(socket, 'data') as [Buffer];
    expect(reply.toString()).toMatch(/^HTTP\/1\.1 200 [^]*\r\nconnection: close\r\n/i);
    await stopped;
  });

  it('does not wait longer than it was told', async () => {
    const served = await serve({ services: [service({ drain: () => new Promise(() => {}) })], drainSeconds: 0.1 });
    const request = fetch(`http://127.0.0.1:${served.port}/`);
    await request;
    await served.stop('test');
  });

  it('ends connections that have asked for nothing, which would hold it up', async () => {
    const served = await serve({ drainSeconds: 600 });
    const idle = connect(served.port, '127.0.0.1');
    await once(idle, 'connect');
    const gone = once(idle, 'close');
    await served.stop('test');
    await gone;
  });
});
