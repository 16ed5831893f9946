import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unaudited } from '../audit/audit-trail';
import { createLogger } from '../logger';
import { deriveKeys } from '../tokens/keys';
import { createHttpInternalCaller, createLocalInternalCaller, pickAddress, type InternalCaller } from './internal-calls';
import { createServiceApp } from './service-app';

const keys = deriveKeys('a secret key for tests only, 32 bytes or more');
const servers: Server[] = [];
afterAll(() => { for (const server of servers) { server.closeAllConnections(); server.close(); } });

describe('calling another process', () => {
  it('brings the answer, and UNAVAILABLE when there is nobody', async () => {
    const app = createServiceApp({
      logger: createLogger({ level: 'silent', service: 'test' }), internalKeys: keys.internal, audit: unaudited, routes: () => {},
      internal: { 'revoked-since': ({ cursor }) => Promise.resolve({ cursor: cursor + 1, sessionIds: [] }) },
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const caller = createHttpInternalCaller({ keys: keys.internal, addresses: { auth: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`] } });
    expect(await caller.call('revoked-since', { cursor: 4 })).toEqual({ cursor: 5, sessionIds: [] });
    server.close();
    server.closeAllConnections();
    await expect(caller.call('revoked-since', { cursor: 4 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await caller.close();
  });

  it('reaches processes on either side of a rotation of the secret key, also after they were started again', async () => {
    const [oldKey, newKey] = ['the old secret key, of 32 bytes or more', 'the new secret key, of 32 bytes or more'];
    const states = { before: deriveKeys(oldKey).internal, during: deriveKeys(newKey, oldKey).internal, after: deriveKeys(newKey).internal };
    const heard: string[] = [];
    const start = async (internalKeys: readonly Buffer[], port = 0): Promise<Server> => {
      const app = createServiceApp({
        logger: createLogger({ level: 'silent', service: 'test' }), internalKeys, audit: unaudited, routes: () => {},
        internal: { 'revoked-since': ({ cursor }) => Promise.resolve({ cursor, sessionIds: [] }) },
      });
      const server = createServer((request, response) => {
        heard.push(request.headers.authorization ?? '');
        app(request, response);
      }).listen(port, '127.0.0.1');
      await once(server, 'listening');
      return server;
    };
    const end = async (server: Server): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    };
    let server = await start(states.before);
    const { port } = server.address() as AddressInfo;
    const callers = [states.before, states.during].map((internalKeys) => createHttpInternalCaller({ keys: internalKeys, addresses: { auth: [`http://127.0.0.1:${port}`] } }));
    const [, during] = callers;
    const after = createHttpInternalCaller({ keys: states.after, addresses: { auth: [`http://127.0.0.1:${port}`] } });
    const call = (caller: InternalCaller | undefined) => caller?.call('revoked-since', { cursor: 7 });
    // Once more, as its callers do: a kept connection may have ended with the process that held it.
    const reach = (caller: InternalCaller | undefined) => call(caller)?.catch(() => call(caller));
    for (const caller of callers) expect(await reach(caller)).toEqual({ cursor: 7, sessionIds: [] });
    heard.length = 0;
    await reach(during);
    // What was taken once is shown first: the other key costs one call, not each.
    expect(heard).toHaveLength(1);
    await expect(reach(after)).rejects.toMatchObject({ code: 'UNAVAILABLE' });

    await end(server);
    server = await start(states.during, port);
    for (const caller of [...callers, after]) expect(await reach(caller)).toEqual({ cursor: 7, sessionIds: [] });
    await end(server);
    server = await start(states.after, port);
    for (const caller of [during, after]) expect(await reach(caller)).toEqual({ cursor: 7, sessionIds: [] });
    await end(server);
    await Promise.all([...callers, after].map((caller) => caller.close()));
  });

  it('asks the next process where one takes no connection, and never a second one after that', async () => {
    const heard: string[] = [];
    const nobody = 'http://127.0.0.1:9';
    const start = async (name: string, answer: (response: ServerResponse) => void): Promise<string> => {
      const server = createServer((_request, response) => {
        heard.push(name);
        answer(response);
      }).listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const well = await start('well', (response) => { response.setHeader('content-type', 'application/json').end('{"cursor":5,"sessionIds":[]}'); });
    const dying = await start('dying', (response) => { response.socket?.destroy(); });
    const spreadTo = (addresses: readonly string[], first: string): string => {
      for (let number = 0; ; number += 1) if (pickAddress(addresses, `spread ${number}`) === first) return `spread ${number}`;
    };
    const callFirst = async (addresses: readonly string[], first: string) => {
      const caller = createHttpInternalCaller({ keys: keys.internal, addresses: { auth: addresses } });
      return caller.call('revoked-since', { cursor: 4 }, spreadTo(addresses, first)).finally(() => caller.close());
    };
    expect(await callFirst([nobody, well], nobody)).toEqual({ cursor: 5, sessionIds: [] });
    expect(await callFirst([nobody, well], well)).toEqual({ cursor: 5, sessionIds: [] });
    await expect(callFirst([dying, well], dying)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(callFirst([nobody, 'http://127.0.0.1:11'], nobody)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(heard).toEqual(['well', 'well', 'dying']);
  });

  it('stays in the process where the service is here', async () => {
    const elsewhere = createHttpInternalCaller({ keys: keys.internal, addresses: {} });
    const logged: string[] = [];
    const logger = createLogger({ level: 'error', service: 'test', destination: { write: (line) => { logged.push(line); } } });
    const fault = async (): Promise<never> => { throw new Error('a fault of ours'); };
    const caller = createLocalInternalCaller({ 'revoked-since': () => Promise.resolve({ cursor: 9, sessionIds: [] }), 'sync-users': fault }, elsewhere, logger);
    expect((await caller.call('revoked-since', { cursor: 0 })).cursor).toBe(9);
    expect(logged).toEqual([]);
    await expect(caller.call('sync-users', { requests: [] })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(logged).toEqual([expect.stringContaining('a fault of ours')]);
    await caller.close();
  });
});

describe('spreading over processes', () => {
  const addresses = ['http://a:1', 'http://b:1', 'http://c:1'];
  const names = Array.from({ length: 3000 }, (_, index) => `conversation-${index}`);
  it('is even, and moves only the share of one that goes', () => {
    const before = names.map((name) => pickAddress(addresses, name));
    for (const address of addresses) {
      const share = before.filter((picked) => picked === address).length;
      expect(share).toBeGreaterThan(800);
      expect(share).toBeLessThan(1200);
    }
    const after = names.map((name) => pickAddress(addresses.slice(0, 2), name));
    expect(after.filter((picked, index) => picked !== before[index] && before[index] !== 'http://c:1')).toEqual([]);
  });
});
