import { createServer } from 'node:http';
import { closeAll, listening } from '../gateway.fixture';
import { createSessionAffinity, tagOf } from '../sockets/session-affinity';
import { followAddresses, type FollowedAddresses } from './follow-addresses';
import { openUpstream, type Upstream } from './upstream';

afterAll(closeAll);

/** What DNS says of each name, and how often it was asked. */
const createDns = (names: Record<string, string[]>) => {
  let asked = 0;
  return {
    names,
    asked: () => asked,
    lookUp: async (name: string): Promise<string[]> => {
      asked += 1;
      const hosts = names[name];
      if (hosts === undefined) throw new Error(`ENOTFOUND ${name}`);
      return hosts;
    },
  };
};

const texts = (addresses: readonly { text: string }[]): string[] => addresses.map(({ text }) => text);

describe('the addresses behind a name', () => {
  let followed: FollowedAddresses | undefined;
  beforeEach(() => { jest.useFakeTimers(); });
  afterEach(() => {
    followed?.stop();
    jest.useRealTimers();
  });
  /** Lets the next look-up happen. */
  const nextLookUp = (): Promise<void> => jest.advanceTimersByTimeAsync(2_000);

  it('are as many processes, the name and the port kept', async () => {
    const dns = createDns({ realtime: ['172.18.0.5', '172.18.0.6', 'fd00::7'] });
    followed = await followAddresses(['http://realtime:2001', 'http://127.0.0.1:2002'], dns.lookUp);
    expect(followed.current().map(({ text, host, url }) => [text, host, url.host])).toEqual([
      ['http://172.18.0.5:2001', '172.18.0.5', 'realtime:2001'], ['http://172.18.0.6:2001', '172.18.0.6', 'realtime:2001'],
      ['http://[fd00::7]:2001', 'fd00::7', 'realtime:2001'], ['http://127.0.0.1:2002', '127.0.0.1', '127.0.0.1:2002'],
    ]);
  });

  it('are looked up again: who comes is asked, who goes keeps what it has for a minute', async () => {
    const dns = createDns({ realtime: ['172.18.0.5'] });
    followed = await followAddresses(['http://realtime:2001'], dns.lookUp);
    const [first] = followed.current();
    dns.names['realtime'] = ['172.18.0.5', '172.18.0.6'];
    await nextLookUp();
    expect(texts(followed.current())).toEqual(['http://172.18.0.5:2001', 'http://172.18.0.6:2001']);
    expect(followed.current()[0]).toBe(first);

    dns.names['realtime'] = ['172.18.0.6'];
    await nextLookUp();
    expect(texts(followed.current())).toEqual(['http://172.18.0.6:2001']);
    expect(texts(followed.known())).toEqual(['http://172.18.0.6:2001', 'http://172.18.0.5:2001']);
    await jest.advanceTimersByTimeAsync(62_000);
    expect(texts(followed.known())).toEqual(['http://172.18.0.6:2001']);
  });

  it('are kept while DNS does not answer, and the name stands for itself until it does', async () => {
    const dns = createDns({});
    followed = await followAddresses(['http://realtime:2001'], dns.lookUp);
    expect(followed.current()).toMatchObject([{ text: 'http://realtime:2001', host: 'realtime' }]);
    dns.names['realtime'] = ['172.18.0.5'];
    await nextLookUp();
    delete dns.names['realtime'];
    await nextLookUp();
    expect(texts(followed.current())).toEqual(['http://172.18.0.5:2001']);
  });

  it('are not looked up where there is no name, nor after the end', async () => {
    const dns = createDns({ realtime: ['172.18.0.5'] });
    followed = await followAddresses(['http://127.0.0.1:2001', 'http://[::1]:2001', 'http://localhost:2001'], dns.lookUp);
    await nextLookUp();
    expect(dns.asked()).toBe(0);

    followed = await followAddresses(['http://realtime:2001'], dns.lookUp);
    followed.stop();
    await nextLookUp();
    expect(dns.asked()).toBe(1);
  });
});

describe('a session of a process behind a name', () => {
  let upstream: Upstream | undefined;
  beforeEach(() => { jest.useFakeTimers(); });
  afterEach(() => {
    upstream?.close();
    jest.useRealTimers();
  });

  it('stays there while others come and when it drains; a process alone has them all', async () => {
    const dns = createDns({ realtime: ['172.18.0.5'] });
    upstream = await openUpstream({ addresses: ['http://realtime:2001'], maxConnections: 1, lookUp: dns.lookUp });
    const affinity = createSessionAffinity(upstream);
    const session = `${tagOf({ text: 'http://172.18.0.5:2001' })}.abc`;
    expect(texts(affinity.addressesFor('of another gateway'))).toEqual(['http://172.18.0.5:2001']);

    dns.names['realtime'] = ['172.18.0.6', '172.18.0.5', '172.18.0.7'];
    await jest.advanceTimersByTimeAsync(2_000);
    expect(texts(affinity.addressesFor(session))).toEqual(['http://172.18.0.5:2001']);
    expect(affinity.addressesFor('of another gateway')).toEqual([]);
    const opened = [1, 2, 3].map(() => affinity.addressesFor(null)[0]?.text);
    expect(new Set(opened).size).toBe(3);

    dns.names['realtime'] = ['172.18.0.6', '172.18.0.7'];
    await jest.advanceTimersByTimeAsync(2_000);
    expect(texts(affinity.addressesFor(session))).toEqual(['http://172.18.0.5:2001']);
    expect(texts(affinity.addressesFor(null))).not.toContain('http://172.18.0.5:2001');
  });
});

it('a request goes to the address that was found, and names the host that was meant', async () => {
  const server = await listening(createServer((request, response) => { response.end(request.headers.host); }));
  const { port } = new URL(server.url);
  const upstream = await openUpstream({ addresses: [`http://auth.internal:${port}`], maxConnections: 1, lookUp: async () => ['127.0.0.1'] });
  const [address] = upstream.inTurn();
  if (address === undefined) throw new Error('there is no address');
  const { reply } = await upstream.send(address, { method: 'GET', path: '/', headers: {}, replyTimeoutMs: 5_000 });
  expect((await reply.toArray()).join('')).toBe(`auth.internal:${port}`);
  upstream.close();
});
