import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { clientAddressHeader, createAddressReader } from '@chat-backend/service-kit';
import { closeAll, listening, nowhereAddresses, runGateway, type ListeningServer, type RunningGateway } from '../gateway.fixture';
import { tagOf } from './session-affinity';

afterAll(closeAll);

interface Realtime extends ListeningServer { requests: IncomingMessage[]; upgraded: Duplex[]; tag: string }

/** What the gateway meets of realtime: polls that tell who answered, and upgrades that echo. The contract suite has the real Socket.IO. */
const startRealtime = async (port = 0, poll?: RequestListener): Promise<Realtime> => {
  const requests: IncomingMessage[] = [];
  const upgraded: Duplex[] = [];
  const server = createServer((incoming, response) => {
    requests.push(incoming);
    if (poll !== undefined) { poll(incoming, response); return; }
    let size = 0;
    incoming.on('data', (chunk: Buffer) => { size += chunk.length; });
    incoming.on('end', () => { response.setHeader('content-type', 'application/json').end(JSON.stringify({ tag, size, headers: incoming.headers })); });
  });
  server.on('upgrade', (incoming, socket) => {
    requests.push(incoming);
    if (incoming.url?.includes('refused')) {
      socket.end('HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"code":3}');
      return;
    }
    upgraded.push(socket);
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: key\r\n\r\nhello ');
    socket.pipe(socket);
  });
  const listener = await listening(server, port);
  const tag = tagOf({ text: listener.url });
  return { ...listener, requests, upgraded, tag };
};

const runBefore = (realtimeUrls: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunningGateway> =>
  runGateway({ env: { ...nowhereAddresses, REALTIME_URL: realtimeUrls.join(','), ...env } });

interface Polled { tag: string; size: number; headers: Record<string, string> }
const poll = async (gateway: RunningGateway, query: string, init: RequestInit = {}): Promise<Polled> =>
  await (await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling${query}`, init)).json() as Polled;

/** A raw client that asks for a WebSocket and sends its first bytes along. */
const openSocket = (gateway: RunningGateway, options: { path?: string; upgrade?: string; first?: string; headers?: string } = {}): Socket => {
  const { path = '/socket.io/?EIO=4&transport=websocket', upgrade = 'websocket', first = '', headers = '' } = options;
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n${headers}\r\n${first}`);
  return socket;
};

const readUntil = async (socket: Socket, end: string): Promise<string> => {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk as string;
    if (text.includes(end)) return text;
  }
  return text;
};
const readAll = (socket: Socket): Promise<string> => readUntil(socket, '\u0000');

/** What the request is answered with, to the end of the connection. */
const answerTo = async (gateway: RunningGateway, request: string): Promise<string> => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.write(request);
  return readAll(socket);
};

describe('polling', () => {
  let realtimes: Realtime[];
  let gateway: RunningGateway;
  beforeAll(async () => {
    realtimes = [await startRealtime(), await startRealtime()];
    gateway = await runBefore(realtimes.map(({ url }) => url));
  });

  describe('has a body only as POST', () => {
    const smuggled = 'POST /smuggled HTTP/1.1\r\nHost: realtime\r\nContent-Length: 0\r\n\r\n';
    const chunked = `Transfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
    const measured = `Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`;
    /** Beside being asked whether it is ready. */
    const seen = (): string[] => realtimes.flatMap(({ requests }) => requests.map(({ method, url }) => `${method} ${url}`)).filter((line) => line !== 'GET /readyz');

    it.each(['GET', 'DELETE', 'OPTIONS', 'PUT'])('so that nothing is smuggled in that of a %s', async (method) => {
      for (const { requests } of realtimes) requests.length = 0;
      for (const rest of [chunked, measured, `Connection: close, content-length\r\n${measured}`]) {
        const answer = await answerTo(gateway, `${method} /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: chat\r\n${rest.startsWith('Connection') ? '' : 'Connection: close\r\n'}${rest}`);
        expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*"code":3/);
      }
      await poll(gateway, '');
      expect(seen()).toEqual(['GET /socket.io/?EIO=4&transport=polling']);
    });

    it('or none, of which a client may say so', async () => {
      const answer = await answerTo(gateway, 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: chat\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*"size":0/);
    });

    it('whose length realtime learns, whatever the client says of its headers', async () => {
      const body = '4'.repeat(10);
      const answer = await answerTo(gateway, `POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: chat\r\nConnection: close, content-length\r\nContent-Length: 10\r\n\r\n${body}`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*"size":10/);
      expect(seen()).toContain('POST /socket.io/?EIO=4&transport=polling');
      expect(seen().join()).not.toContain('smuggled');
    });
  });

  it('opens sessions at each process in turn and tells it its tag', async () => {
    const opened = [await poll(gateway, ''), await poll(gateway, '')];
    expect(new Set(opened.map(({ tag }) => tag))).toEqual(new Set(realtimes.map(({ tag }) => tag)));
    for (const { tag, headers } of opened) expect(headers['x-realtime-tag']).toBe(tag);
  });

  it('stays with the process whose tag the session has', async () => {
    for (const { tag } of realtimes) {
      for (let count = 0; count < 3; count++) expect((await poll(gateway, `&sid=${tag}.abc`)).tag).toBe(tag);
    }
  });

  it('lets no client set the tag, or say where it comes from', async () => {
    const headers = { 'x-realtime-tag': '00000000', 'x-forwarded-for': '203.0.113.7', [clientAddressHeader]: '203.0.113.7' };
    const opened = await poll(gateway, '', { headers });
    expect(opened.headers).toMatchObject({ 'x-realtime-tag': opened.tag, 'x-forwarded-for': '127.0.0.1' });
    expect(createAddressReader(gateway.context.keys.internal)(opened.headers)).toBe('127.0.0.1');
    expect((await poll(gateway, `&sid=${opened.tag}.abc`, { headers })).headers['x-realtime-tag']).toBeUndefined();
  });

  it('says of a session that nobody has what Engine.IO says', async () => {
    const reply = await fetch(`${gateway.url}/socket.io/?sid=ffffffff.abc`);
    expect([reply.status, await reply.json()]).toEqual([400, { code: 1, message: 'Session ID unknown' }]);
  });

  it('streams bodies larger than those of calls', async () => {
    const posted = await poll(gateway, `&sid=${realtimes[0]?.tag}.abc`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(200_000) });
    expect(posted.size).toBe(200_000);
  });

  it('passes what only looks like it to nobody', async () => {
    const before = realtimes.map(({ requests }) => requests.length);
    expect((await fetch(`${gateway.url}/socket.iox/`)).status).toBe(404);
    expect(realtimes.map(({ requests }) => requests.length)).toEqual(before);
  });
});

describe('polling where a process is away', () => {
  it('opens sessions elsewhere, and ends those that were there', async () => {
    const [there, gone] = [await startRealtime(), await startRealtime()];
    const gateway = await runBefore([gone.url, there.url]);
    await gone.close();
    for (let count = 0; count < 3; count++) expect((await poll(gateway, '')).tag).toBe(there.tag);
    const reply = await fetch(`${gateway.url}/socket.io/?sid=${gone.tag}.abc`);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('an upgrade', () => {
  let realtime: Realtime;
  let gateway: RunningGateway;
  beforeAll(async () => {
    realtime = await startRealtime();
    gateway = await runBefore([realtime.url]);
  });

  it('joins both ends, the first bytes of each included', async () => {
    const socket = openSocket(gateway, { first: 'first ', headers: 'X-Realtime-Tag: 00000000\r\nX-Forwarded-For: 203.0.113.7\r\nX-Chat-Client-Address: 203.0.113.7\r\nSec-WebSocket-Key: k\r\n' });
    const begun = await readUntil(socket, 'first ');
    expect(begun).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n[^]*Sec-WebSocket-Accept: key\r\n\r\nhello first $/);
    socket.write('second');
    expect(await readUntil(socket, 'second')).toBe('second');
    expect(realtime.requests.at(-1)?.headers).toMatchObject({
      'x-realtime-tag': realtime.tag, 'x-forwarded-for': '127.0.0.1', 'sec-websocket-key': 'k', upgrade: 'websocket', connection: 'Upgrade',
    });
    expect(createAddressReader(gateway.context.keys.internal)(realtime.requests.at(-1)?.headers ?? {})).toBe('127.0.0.1');
    socket.destroy();
  });

  it('ends both ends together, whichever goes', async () => {
    const leaving = openSocket(gateway);
    await readUntil(leaving, 'hello');
    const upstream = realtime.upgraded.at(-1);
    leaving.destroy();
    if (upstream?.destroyed === false) await once(upstream, 'close');

    const left = openSocket(gateway);
    await readUntil(left, 'hello');
    const closed = once(left, 'close');
    realtime.upgraded.at(-1)?.destroy();
    await closed;
  });

  it('that realtime refuses is answered and over: nothing passes behind it', async () => {
    const before = realtime.requests.length;
    const socket = openSocket(gateway, { path: '/socket.io/?refused', first: 'POST /internal/send-batch HTTP/1.1\r\nHost: realtime\r\n\r\n' });
    const answer = await readAll(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*connection: close[^]*\{"code":3\}$/i);
    expect(realtime.requests.length).toBe(before + 1);
  });

  it.each([
    ['another path', { path: '/api/v1/login' }],
    ['a path that only begins like it', { path: '/socket.io/../internal/send-batch' }],
    ['another protocol', { upgrade: 'h2c' }],
  ])('to %s is refused here', async (_what, options) => {
    const before = realtime.requests.length;
    const answer = await readAll(openSocket(gateway, options));
    expect(answer).toMatch(/^HTTP\/1\.1 404 [^]*"code":"ENDPOINT_NOT_FOUND"/);
    expect(realtime.requests.length).toBe(before);
  });

  it('that was refused is not held, whatever its client does afterwards', async () => {
    const served = await runBefore([realtime.url]);
    for (const path of ['/elsewhere', '/socket.io/?refused']) {
      const socket = connect({ port: Number(new URL(served.url).port), host: '127.0.0.1', allowHalfOpen: true });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      await once(socket, 'data');
      socket.on('error', () => undefined).write('X');
      const held = (): Promise<number> => new Promise((resolve, reject) => { served.server.getConnections((error, count) => { if (error === null) resolve(count); else reject(error); }); });
      while (await held() > 0) await new Promise(setImmediate);
      socket.destroy();
    }
  });

  it('believes a trusted proxy about the address, as calls do', async () => {
    const trusting = await runBefore([realtime.url], { TRUST_PROXY: '1' });
    const socket = openSocket(trusting, { headers: 'X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n' });
    await readUntil(socket, 'hello');
    expect(realtime.requests.at(-1)?.headers['x-forwarded-for']).toBe('203.0.113.7');
    expect(createAddressReader(trusting.context.keys.internal)(realtime.requests.at(-1)?.headers ?? {})).toBe('203.0.113.7');
    socket.destroy();
  });
});

describe('an upgrade where realtime is away', () => {
  it('is told so, in the documented shape', async () => {
    const gateway = await runBefore(['http://127.0.0.1:9']);
    const answer = await readAll(openSocket(gateway));
    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 1[^]*"code":"UNAVAILABLE"/i);
  });
});

describe('a drain of the gateway', () => {
  it('leaves sockets and polls to realtime for a while, then closes them', async () => {
    const realtime = await startRealtime(0, () => {});
    const gateway = await runBefore([realtime.url], { DRAIN_SECONDS: '0.2' });
    const socket = openSocket(gateway);
    await readUntil(socket, 'hello');
    const waiting = request(`${gateway.url}/socket.io/?sid=${realtime.tag}.abc`).end();
    const cut = once(waiting, 'error');
    const arrived = once(realtime.server, 'request');
    await arrived;
    const closed = once(socket, 'close');
    const startedAt = Date.now();
    await gateway.service.drain();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(95);
    await Promise.all([closed, cut]);
  });

  it('ends at once when realtime has closed them', async () => {
    const realtime = await startRealtime();
    const gateway = await runBefore([realtime.url], { DRAIN_SECONDS: '60' });
    const socket = openSocket(gateway);
    await readUntil(socket, 'hello');
    const drained = gateway.service.drain();
    realtime.upgraded[0]?.end();
    await drained;
  });
});
