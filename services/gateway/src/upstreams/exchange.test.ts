import http, { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { closeAll, listening } from '../gateway.fixture';
import { exchange, NeverBegun, type ExchangeOptions } from './exchange';

afterAll(closeAll);

const agent = new http.Agent({ keepAlive: true });
const call: ExchangeOptions = { agent, host: '127.0.0.1', method: 'POST', path: '/', headers: {}, replyTimeoutMs: 10_000 };
const impatient: ExchangeOptions = { ...call, replyTimeoutMs: 50 };
afterAll(() => { agent.destroy(); });

/** A body that would be a request where nobody said that it is a body. */
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';

describe('an exchange', () => {
  it('that found nobody never began', async () => {
    await expect(exchange(new URL('http://127.0.0.1:9'), call)).rejects.toBeInstanceOf(NeverBegun);
  });

  it('ends when no reply comes in time, and may have begun', async () => {
    const silent = await listening(createServer(() => {}));
    const failed = await exchange(new URL(silent.url), impatient).then(() => undefined, (error: unknown) => error);
    expect(failed).toMatchObject({ message: expect.stringContaining('did not answer within 50 ms') as string });
    expect(failed).not.toBeInstanceOf(NeverBegun);
  });

  it('ends when the reply falls silent', async () => {
    const halting = await listening(createServer((_request, response) => { response.writeHead(200).write('half'); }));
    const { reply } = await exchange(new URL(halting.url), { ...call, replyTimeoutMs: 500 });
    await expect(reply.toArray()).rejects.toThrow('fell silent');
  });

  it.each([['said by nobody', {}], ['said by the client', { 'content-length': String(smuggled.length) }]])(
    'sends a body as the body of its request, whatever the method, with a length that is %s', async (_by, headers) => {
      const seen: { method: string | undefined; url: string | undefined; body: string }[] = [];
      const upstream = await listening(createServer((request, response) => {
        void request.toArray().then((parts) => {
          seen.push({ method: request.method, url: request.url, body: Buffer.concat(parts as Buffer[]).toString() });
          response.end('ok');
        });
      }));
      for (const method of ['GET', 'DELETE', 'OPTIONS', 'POST', 'PUT']) {
        const { reply } = await exchange(new URL(upstream.url), { ...call, method, headers, body: Readable.from([Buffer.from(smuggled)]) });
        await reply.toArray();
      }
      expect(seen).toEqual(['GET', 'DELETE', 'OPTIONS', 'POST', 'PUT'].map((method) => ({ method, url: '/', body: smuggled })));
    });

  it('sends no length for a body that it does not have', async () => {
    const lengths: (string | undefined)[] = [];
    const upstream = await listening(createServer((request, response) => { lengths.push(request.headers['content-length']); response.end('ok'); }));
    const { reply } = await exchange(new URL(upstream.url), { ...call, method: 'GET', headers: { 'content-length': '5' } });
    await reply.toArray();
    expect(lengths).toEqual([undefined]);
  });

  it('keeps the connection for the next', async () => {
    let connections = 0;
    const upstream = await listening(createServer((_request, response) => { response.end('ok'); }).on('connection', () => { connections += 1; }));
    for (let count = 0; count < 3; count++) {
      const { reply } = await exchange(new URL(upstream.url), call);
      await reply.toArray();
    }
    expect(connections).toBe(1);
  });
});
