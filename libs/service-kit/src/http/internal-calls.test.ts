import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unaudited } from '../audit/audit-trail';
import { createLogger } from '../logger';
import { deriveKeys } from '../tokens/keys';
import { createHttpInternalCaller, createLocalInternalCaller, pickAddress } from './internal-calls';
import { createServiceApp } from './service-app';

const keys = deriveKeys('a secret key for tests only, 32 bytes or more');

describe('calling another process', () => {
  it('brings the answer, and UNAVAILABLE when there is nobody', async () => {
    const app = createServiceApp({
      logger: createLogger({ level: 'silent', service: 'test' }), internalKeys: keys.internal, audit: unaudited, routes: () => {},
      internal: { 'revoked-since': ({ cursor }) => Promise.resolve({ cursor: cursor + 1, sessionIds: [] }) },
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const caller = createHttpInternalCaller({ key: keys.internal[0], addresses: { auth: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`] } });
    expect(await caller.call('revoked-since', { cursor: 4 })).toEqual({ cursor: 5, sessionIds: [] });
    server.close();
    server.closeAllConnections();
    await expect(caller.call('revoked-since', { cursor: 4 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await caller.close();
  });

  it('stays in the process where the service is here', async () => {
    const elsewhere = createHttpInternalCaller({ key: keys.internal[0], addresses: {} });
    const caller = createLocalInternalCaller({ 'revoked-since': () => Promise.resolve({ cursor: 9, sessionIds: [] }) }, elsewhere);
    expect((await caller.call('revoked-since', { cursor: 0 })).cursor).toBe(9);
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
