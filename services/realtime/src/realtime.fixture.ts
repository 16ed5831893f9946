import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NewMessage } from '@chat-backend/contracts';
import type { ProcessContext, Service } from '@chat-backend/service-kit';
import { createTestContext, testToken, type TestContextOptions } from '@chat-backend/testing';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { readRealtimeConfig } from './config';
import { createRealtime, type RealtimeOptions } from './realtime';

export interface TestPod {
  service: Service;
  context: ProcessContext;
  url: string;
  /** How many network connections its server has. */
  networkSockets(): Promise<number>;
  stop(): Promise<void>;
}

export type TestPodOptions = TestContextOptions & Partial<Omit<RealtimeOptions, 'config'>>;

/** A realtime service behind a real HTTP server on a free port. */
export const startPod = async (options: TestPodOptions): Promise<TestPod> => {
  const context = createTestContext(undefined, options);
  const config = readRealtimeConfig(context.env);
  const service = createRealtime(context, {
    holdWrites: true, triedForMs: 10_000, ...options, config,
  });
  const server = createServer(service.app);
  service.attach?.(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    service, context,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    networkSockets: () => new Promise((resolve, reject) => { server.getConnections((error, count) => { if (error === null) resolve(count); else reject(error); }); }),
    async stop() {
      await service.close();
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
      await context.events.close();
    },
  };
};

/** Resolves when the condition holds; looked at often, and only for what has no event. */
export const eventually = async (condition: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const deadline = Date.now() + 8_000;
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
};

export interface TestClient {
  userId: string;
  socket: Socket;
  received: NewMessage[];
  /** Sends to a friend, or as `more` says, and resolves with the acknowledgement. */
  send(to: string, message: string, more?: object): Promise<Record<string, unknown>>;
  receive(count: number): Promise<NewMessage[]>;
  next(event: string): Promise<Record<string, unknown>>;
}

type ConnectOptions = Partial<ManagerOptions & SocketOptions> & { userId?: string; token?: string };

const clients = new Set<Socket>();

export const openSocket = (url: string, options: Partial<ManagerOptions & SocketOptions>): Socket => {
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, ...options });
  clients.add(socket);
  return socket;
};

export const closeClients = (): void => {
  for (const socket of clients) socket.disconnect();
  clients.clear();
};

export const connect = async (url: string, { userId = randomUUID(), token = testToken(userId), ...options }: ConnectOptions = {}): Promise<TestClient> => {
  const socket = openSocket(url, { auth: { token }, ...options });
  const received: NewMessage[] = [];
  socket.on('newMessage', (message: NewMessage) => { received.push(message); });
  await new Promise<void>((resolve, reject) => { socket.once('connect', resolve).once('connect_error', reject); });
  return {
    userId, socket, received,
    send: (to, message, more = {}) =>
      socket.emitWithAck('sendMessage', { to, chatType: 'friend', messageType: 'TEXT', message, ...more }) as Promise<Record<string, unknown>>,
    async receive(count) {
      await eventually(() => received.length >= count, `${count} messages`);
      return received;
    },
    next: (event) => new Promise((resolve) => { socket.once(event, resolve); }),
  };
};

/** What a refused handshake says. */
export const refusal = (url: string, auth: object): Promise<unknown> => new Promise((resolve) => {
  openSocket(url, { auth }).once('connect_error', (error: Error & { data?: unknown }) => { resolve(error.data); });
});

/** Resolves when everything that was on its way to these clients has arrived: an answer comes after it on the same connection. */
export const settled = async (...settling: TestClient[]): Promise<void> => { await Promise.all(settling.map(({ socket }) => socket.emitWithAck('settle'))); };
