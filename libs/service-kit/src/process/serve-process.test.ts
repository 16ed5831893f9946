import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { Counter, Registry } from 'prom-client';
import express from 'express';
import { messagesOf } from '../http/express-messages';
import { createLogger } from '../logger';
import { serveProcess, type ServeOptions } from './serve-process';
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
