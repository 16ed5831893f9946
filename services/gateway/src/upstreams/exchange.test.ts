import http, { createServer } from 'node:http';
import { closeAll, listening } from '../gateway.fixture';
import { exchange, NeverBegun, type ExchangeOptions } from './exchange';

afterAll(closeAll);

const agent = new http.Agent({ keepAlive: true });
const call: ExchangeOptions = { agent, host: '127.0.0.1', method: 'POST', path: '/', headers: {}, replyTimeoutMs: 10_000 };
const impatient: ExchangeOptions = { ...call, replyTimeoutMs: 50 };
afterAll(() => { agent.destroy(); });

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
