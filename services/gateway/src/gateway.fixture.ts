import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServiceName } from '@chat-backend/contracts';
import type { InternalCaller, ProcessContext, Service } from '@chat-backend/service-kit';
import { createServiceApp, unaudited } from '@chat-backend/service-kit';
import { createTestContext, type TestContextOptions } from '@chat-backend/testing';
import { backendNames, type BackendName } from './config';
import { startGateway } from './main';

/** An auth that has revoked nothing, unless told otherwise. */
export const internalWith = (revoked: () => string[] = () => []): InternalCaller => ({
  call: async () => ({ cursor: 1, sessionIds: revoked() }) as never,
  close: async () => {},
});

/** What runs for the tests of a file. */
const running: (() => Promise<void>)[] = [];

/** For `afterAll`: ends everything that this file started, the failed test's as well. */
export const closeAll = async (): Promise<void> => {
  for (const close of running.splice(0).reverse()) await close();
};

/** Closes once, when it is asked to or at the end. */
const closedAtTheEnd = (close: () => Promise<void>): (() => Promise<void>) => {
  let closing: Promise<void> | undefined;
  const closeOnce = () => closing ??= close();
  running.push(closeOnce);
  return closeOnce;
};

export interface ListeningServer { server: Server; url: string; close(): Promise<void> }

export const listening = async (server: Server, port = 0): Promise<ListeningServer> => {
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: closedAtTheEnd(() => new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    })),
  };
};

/** A service that answers every path with what it saw of the request. */
export const createBackend = (name: BackendName, context: ProcessContext): Service => ({
  name,
  internal: {},
  app: createServiceApp({
    logger: context.logger, internalKeys: context.keys.internal, internal: {}, audit: unaudited,
    routes: (app) => {
      app.all('/*path', (request, response) => {
        const { method, path, body, headers, requestId, clientAddress } = request;
        response.json({ success: true, message: 'seen', service: name, method, path, body: body as unknown, headers, requestId, address: clientAddress });
      });
    },
  }),
  notReady: async () => [],
  drain: async () => {},
  close: async () => {},
});

export interface Seen {
  service: ServiceName; method: string; path: string; body: unknown; headers: Record<string, string>; requestId: string; address: string;
}

export interface RunningGateway { url: string; service: Service; server: Server; context: ProcessContext }

/** The gateway behind a real server, with whatever it is told of the services. */
export const runGateway = async (options: TestContextOptions): Promise<RunningGateway> => {
  const context = createTestContext(undefined, { internal: internalWith(), ...options });
  const service = await startGateway(context);
  const server = createServer(service.app);
  service.attach?.(server);
  const { url } = await listening(server);
  closedAtTheEnd(() => service.close());
  return { url, service, server, context };
};

const nowhere = 'http://127.0.0.1:9';

/** Addresses at which nobody listens, for the services that a test does not ask. */
export const nowhereAddresses: NodeJS.ProcessEnv = {
  AUTH_URL: nowhere, SOCIAL_GRAPH_URL: nowhere, GROUP_URL: nowhere, MESSAGING_URL: nowhere, REALTIME_URL: nowhere,
};

/** All services in the gateway's process. */
export const runMounted = (options: TestContextOptions = {}): Promise<RunningGateway> => {
  const context = createTestContext(undefined);
  return runGateway({ ...options, localServices: new Map(backendNames.map((name) => [name, createBackend(name, context)])) });
};

/** Each service behind an address of its own. */
export const runProxied = async (options: TestContextOptions = {}): Promise<RunningGateway> => {
  const context = createTestContext(undefined);
  const backends = await Promise.all(backendNames.map(async (name) => [name, await listening(createServer(createBackend(name, context).app))] as const));
  const urls = Object.fromEntries(backends.map(([name, { url }]) => [`${name.toUpperCase().replace('-', '_')}_URL`, url]));
  return runGateway({ ...options, env: { ...urls, ...options.env } });
};

export const postJson = (url: string, name: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/api/v1/${name}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
