import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventFailure, NewMessage, SendMessage, SendMessageReply, StoredMessage, SyncReply, SyncRequest } from '@chat-backend/contracts';
import express from 'express';
import { Server, type Socket } from 'socket.io';
import { createStore, type Store } from './chat-store.fixture';

export type SendFate = 'store' | 'loseAcknowledgement' | 'dropBefore' | 'dropAfter' | EventFailure;

/** What may go wrong; a test sets what it needs. */
export interface Faults {
  send?: (message: SendMessage) => SendFate;
  /** Delivers a push: never, twice, later … */
  push?: (deliver: () => void) => void;
  sync?: (reply: SyncReply, request: SyncRequest) => SyncReply | EventFailure | 'lose' | 'drop' | Promise<SyncReply>;
  renewal?: (token: string) => EventFailure | undefined;
  handshake?: (token: string) => { code: string; message: string } | undefined;
  /** A status and a body instead of the answer; `hang`: no answer; `lose`: done, but no answer comes. */
  call?: (name: string) => { status: number; body: object; headers?: Record<string, string> } | 'hang' | 'lose' | undefined;
}

export interface CountedCalls { refreshes: number; syncs: SyncRequest[]; handshakes: string[]; renewals: string[]; calls: { name: string; body: Record<string, unknown>; authorization: string | undefined }[] }

export interface TestServer {
  url: string;
  store: Store;
  faults: Faults;
  counted: CountedCalls;
  /** What `login` would answer. */
  session(userId: string, expiresIn?: number): { token: string; refreshToken: string; expiresIn: number };
  /** The token is refused from now on. */
  expire(token: string): void;
  revoke(userId: string): void;
  /** Stores a message and pushes it. */
  say(from: string, to: string, chatType: 'friend' | 'group', message: string): StoredMessage;
  /** Changes a message and pushes that. */
  edit(from: string, to: string, chatType: 'friend' | 'group', seq: number, message: string): void;
  emit(userId: string, event: string, payload: object): void;
  /** Breaks the connections of a user, or of everybody. */
  drop(userId?: string): void;
  connections(userId: string): number;
  /** Away, and back on the same port. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

const failure = (code: string): EventFailure => ({ success: false, code, message: code });

/** A server that follows the contract, keeps everything in memory, and does wrong what a test asks for. Real HTTP, real Socket.IO. */
export const startChatServer = async (): Promise<TestServer> => {
  const store = createStore();
  const faults: Faults = {};
  const counted: CountedCalls = { refreshes: 0, syncs: [], handshakes: [], renewals: [], calls: [] };
  const tokens = new Map<string, { userId: string; refusal?: string }>();
  const refreshTokens = new Map<string, { userId: string; sessionId: string; isRevoked?: boolean }>();
  let [server, io] = [createServer(), new Server()];

  const newToken = (userId: string, sessionId: string): string => {
    const token = `e30.${Buffer.from(JSON.stringify({ sub: userId, sid: sessionId, jti: randomUUID() })).toString('base64url')}.s`;
    tokens.set(token, { userId });
    return token;
  };
  const session = (userId: string, expiresIn = 900, sessionId: string = randomUUID()) => {
    const refreshToken = randomUUID();
    refreshTokens.set(refreshToken, { userId, sessionId });
    return { token: newToken(userId, sessionId), refreshToken, expiresIn };
  };

  const socketsOf = (userId: string): Socket[] => [...io.of('/').sockets.values()].filter((socket) => socket.data.userId === userId);
  const push = (userIds: readonly string[], event: string, payload: object, except?: Socket): void => {
    for (const socket of userIds.flatMap(socketsOf)) {
      if (socket !== except) (faults.push ?? ((deliver) => { deliver(); }))(() => { socket.emit(event, payload); });
    }
  };
  const asPush = ({ updatedAt: _, revision: __, ...message }: StoredMessage, chatType: 'friend' | 'group'): NewMessage => ({ ...message, chatType });
  store.onLogged = (userId, event) => { push([userId], 'userEvent', event); };

  const keep = (from: string, { to, chatType, ...message }: SendMessage, except?: Socket): StoredMessage => {
    const { stored, isNew } = store.add(from, { to, chatType, ...message });
    if (isNew) push(store.audience(from, to, chatType), 'newMessage', asPush(stored, chatType), except);
    return stored;
  };

  const onSend = (socket: Socket, message: SendMessage, acknowledge: (reply: SendMessageReply | EventFailure) => void): void => {
    const from = socket.data.userId as string;
    const fate = faults.send?.(message) ?? 'store';
    if (typeof fate === 'object') { acknowledge(fate); return; }
    if (fate === 'dropBefore') { socket.conn.close(); return; }
    if (!store.mayWrite(from, message)) { acknowledge(failure(message.chatType === 'friend' ? 'NOT_FRIENDS' : 'NOT_A_MEMBER')); return; }
    const { id, seq, clientMessageId, createdAt, to } = keep(from, message, socket);
    if (fate === 'dropAfter') socket.conn.close();
    else if (fate === 'store') acknowledge({ to, from, id, seq, clientMessageId, createdAt });
  };

  const onSync = async (socket: Socket, request: SyncRequest, acknowledge: (reply: SyncReply | EventFailure) => void): Promise<void> => {
    counted.syncs.push(request);
    const reply = store.sync(socket.data.userId as string, request);
    const changed = await (faults.sync?.(reply, request) ?? reply);
    if (changed === 'drop') socket.conn.close();
    else if (changed !== 'lose') acknowledge(changed);
  };

  const onRenewal = ({ token }: { token: string }, acknowledge: (reply: { expiresIn: number } | EventFailure) => void): void => {
    counted.renewals.push(token);
    acknowledge(faults.renewal?.(token) ?? (tokens.has(token) ? { expiresIn: 900 } : failure('TOKEN_INVALID')));
  };

  const serveCall = (name: string, body: Record<string, unknown>, userId: string): object => {
    switch (name) {
      case 'get-all-friends': return store.friendsPage(userId, body as { limit?: number; cursor?: string });
      case 'get-conversations': return store.conversationsPage(userId, body as { limit?: number; cursor?: string });
      case 'get-messages': return { data: store.history(userId, body as { chatId: string; chatType: 'friend' | 'group'; beforeSeq?: number; limit?: number }) };
      case 'mark-read': return { data: store.markRead(userId, body as { chatId: string; chatType: 'friend' | 'group'; seq: number }) };
      default: return {};
    }
  };

  const refresh = (given: string): object | undefined => {
    counted.refreshes += 1;
    const known = refreshTokens.get(given);
    // As the product within its seconds of grace: the same token once more is a lost reply.
    return known === undefined || known.isRevoked === true ? undefined : session(known.userId, undefined, known.sessionId);
  };

  const app = express();
  app.use(express.json());
  app.post('/api/v1/:name', (request, response) => {
    const { name } = request.params;
    const body = request.body as Record<string, unknown>;
    const { authorization } = request.headers;
    counted.calls.push({ name, body, authorization });
    const fate = faults.call?.(name);
    if (fate === 'hang') return;
    if (typeof fate === 'object') { response.status(fate.status).set(fate.headers ?? {}).json(fate.body); return; }
    const answer = (status: number, reply: object): void => {
      if (fate === 'lose') request.socket.destroy();
      else response.status(status).json(reply);
    };
    const refuse = (code: string): void => { answer(401, { success: false, code, message: code, requestId: 'r' }); };
    if (name === 'login') { answer(200, { success: true, message: 'm', data: { id: body['password'], email: body['email'], isVerifyed: true, isTwoFactorEnabled: false, ...session(body['password'] as string) } }); return; }
    if (name === 'refresh-token') {
      const data = refresh(body['refreshToken'] as string);
      if (data === undefined) refuse('SESSION_REVOKED');
      else answer(200, { success: true, message: 'm', data });
      return;
    }
    const known = tokens.get(authorization?.slice('Bearer '.length) ?? '');
    if (known === undefined) refuse('TOKEN_MISSING');
    else if (known.refusal !== undefined) refuse(known.refusal);
    else answer(200, { success: true, message: 'm', ...serveCall(name, body, known.userId) });
  });

  const listen = async (port: number): Promise<void> => {
    server = createServer(app);
    io = new Server(server, { transports: ['websocket', 'polling'] });
    io.use((socket, next) => {
      const token = socket.handshake.auth['token'] as string;
      counted.handshakes.push(token);
      const known = tokens.get(token);
      const refusal = faults.handshake?.(token) ?? (known === undefined || known.refusal !== undefined ? { code: known?.refusal ?? 'TOKEN_INVALID', message: 'refused' } : undefined);
      socket.data.userId = known?.userId;
      next(refusal === undefined ? undefined : Object.assign(new Error(refusal.message), { data: refusal }));
    });
    io.on('connection', (socket) => {
      socket.on('sendMessage', (message: SendMessage, acknowledge: (reply: object) => void) => { onSend(socket, message, acknowledge); });
      socket.on('sync', (request: SyncRequest, acknowledge: (reply: object) => void) => { void onSync(socket, request, acknowledge); });
      socket.on('auth:refresh', onRenewal);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const goAway = async (): Promise<void> => {
    server.closeAllConnections();
    await io.close();
  };

  return {
    url: `http://127.0.0.1:${port}`, store, faults, counted, session, goAway,
    expire(token) {
      const known = tokens.get(token);
      if (known !== undefined) known.refusal = 'TOKEN_EXPIRED';
    },
    revoke(userId) {
      for (const known of tokens.values()) if (known.userId === userId) known.refusal = 'SESSION_REVOKED';
      for (const known of refreshTokens.values()) if (known.userId === userId) known.isRevoked = true;
      for (const socket of socketsOf(userId)) {
        socket.emit('sessionEnded', { code: 'SESSION_REVOKED', message: 'over' });
        socket.disconnect(true);
      }
    },
    say: (from, to, chatType, message) => keep(from, { to, chatType, message, messageType: 'TEXT', clientMessageId: randomUUID() }),
    edit(from, to, chatType, seq, message) {
      push(store.audience(from, to, chatType), 'messageChanged', { ...store.edit(from, to, chatType, seq, message), chatType });
    },
    emit(userId, event, payload) { for (const socket of socketsOf(userId)) socket.emit(event, payload); },
    drop(userId) { for (const socket of io.of('/').sockets.values()) if (userId === undefined || socket.data.userId === userId) socket.conn.close(); },
    connections: (userId) => socketsOf(userId).length,
    comeBack: () => listen(port),
    stop: goAway,
  };
};
