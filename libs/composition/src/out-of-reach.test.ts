import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@chat-backend/database';
import { createHttpInternalCaller, createLocalInternalCaller, createLogger, type InternalHandlers, type Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, startTcpProxy, testToken, type TcpProxy, type TestDatabase } from '@chat-backend/testing';
import { io, type Socket } from 'socket.io-client';
import { serviceStarters } from './start-service';

describe('sockets of a process whose Postgres is away', () => {
  const handlers: InternalHandlers = { 'revoked-since': async ({ cursor }) => ({ cursor, sessionIds: [] }) };
  const logged: string[] = [];
  const services: Service[] = [];
  let [database, proxy, server, url]: [TestDatabase?, TcpProxy?, Server?, string?] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    const address = new URL(database.urlFor('messaging'));
    proxy = await startTcpProxy(Number(address.port));
    address.port = String(proxy.port);
    const logger = createLogger({ level: 'error', service: 'test', destination: { write: (line) => { logged.push(line); } } });
    const context = createTestContext(undefined);
    const internal = createLocalInternalCaller(handlers, createHttpInternalCaller({ keys: context.keys.internal, addresses: {} }), logger);
    for (const name of ['messaging', 'realtime'] as const) {
      const service = await serviceStarters[name]({ ...context, logger, internal, databaseUrl: () => address.href, localServices: new Map(services.map((one) => [one.name, one])) });
      services.push(service);
      Object.assign(handlers, service.internal);
    }
    server = createServer(services.at(-1)?.app);
    services.at(-1)?.attach?.(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    for (const service of services.reverse()) await service.close();
    server?.closeAllConnections();
    server?.close();
    await proxy?.close();
    await database?.drop();
  });

  const open = (): Socket => io(url ?? '', { auth: { token: testToken(newId()) }, transports: ['websocket'], reconnection: false });

  const next = (socket: Socket, event: string): Promise<unknown> => new Promise((resolve) => { socket.once(event, resolve); });

  it('are told that they may try again, as by a process of several, and nothing is taken for a fault', async () => {
    const before = open();
    await next(before, 'connect');
    proxy?.cut('');
    expect(await before.emitWithAck('markRead', { chatId: newId(), chatType: 'group', seq: 1 })).toMatchObject({ success: false, code: 'UNAVAILABLE' });
    const refused = open();
    expect(await next(refused, 'connect_error')).toMatchObject({ data: { code: 'UNAVAILABLE' } });
    expect(logged).toEqual([]);
    proxy?.mend();
    refused.connect();
    await next(refused, 'connect');
    for (const socket of [before, refused]) socket.close();
  });
});
