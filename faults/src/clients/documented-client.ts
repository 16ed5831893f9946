import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventFailure, NewMessage, SendMessageReply, StoredMessage } from '@chat-backend/contracts';
import { io } from 'socket.io-client';
import { createNumbers, type Numbers } from '../checker/numbers';
import type { Record, SeenMessage, Way } from '../history/events';
import { callApi } from './call-api';
import { createChatLines } from './chat-lines';
import type { Chat, LoadClient } from './load-client';

export interface DocumentedClientOptions {
  name: string;
  user: string;
  token: string;
  /** Where its socket goes: the gateway, a realtime process, or a bad network in front of the gateway. */
  socketUrl: string;
  /** Where its calls go: the gateway. */
  apiUrl: string;
  transports: ('polling' | 'websocket')[];
  record: Record;
  chats: readonly Chat[];
  /** The conversation of a push. */
  conversationOf: (message: Pick<NewMessage, 'chatType' | 'from' | 'to'>) => string;
}

/** Why a connection ended whose server had said that it would. */
export const sentAway = 'sent away';

const acknowledgedWithinMs = 4_000;
const pageSize = 100;
/** A number that is left out may be that of an own message, whose acknowledgement is under way. */
const gapClosesWithinMs = 300;
/** Refusals that may pass: the message was not taken now, or nobody knows. Everything else is for good. */
const passing = new Set(['BUSY', 'UNAVAILABLE', 'INTERNAL', 'RATE_LIMITED']);

/**
 * What somebody writes from the documentation alone, with socket.io-client: it sends again with the same clientMessageId until it has an answer, takes
 * pushes as they come, and after each connect, or when a number is left out, reads on from what it has, with get-messages and `afterSeq`.
 */
export const createDocumentedClient = (options: DocumentedClientOptions): LoadClient => {
  const { name, user, token, record, apiUrl } = options;
  const chats = new Map(options.chats.map((chat) => [chat.conversation, chat]));
  const has = new Map<string, Numbers>();
  const lines = createChatLines();
  let connection = 0;
  let isSentAway = false;
  let closed = false;
  let catchingUp: Promise<void> | undefined;
  let isAskedAgain = false;

  const socket = io(options.socketUrl, {
    transports: options.transports, auth: { token }, autoConnect: false, forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 1_000, timeout: 4_000,
    // As browsers do: a load balancer finds the process of a client that polls by its cookie.
    withCredentials: true,
  });

  const numbersOf = (conversation: string): Numbers => {
    const known = has.get(conversation);
    if (known !== undefined) return known;
    const numbers = createNumbers();
    has.set(conversation, numbers);
    return numbers;
  };
  /** Every push is told; what is read again while catching up is not. */
  const receive = (way: Way, message: SeenMessage): void => {
    const isNew = numbersOf(message.conversation).add(message.seq);
    if (isNew || way === 'push') record({ kind: 'received', client: name, connection, way, ...message });
  };

  const readOn = async ({ conversation, chatId, chatType }: Chat): Promise<void> => {
    for (let afterSeq = numbersOf(conversation).upTo; !closed;) {
      const { data, status } = await callApi(apiUrl, 'get-messages', token, { chatId, chatType, afterSeq, limit: pageSize });
      // Refused: no member at the moment.
      if (status !== 200 || !chats.has(conversation)) return;
      const page = data as StoredMessage[];
      for (const { seq, id, from, clientMessageId, message: body } of page) receive('catch-up', { conversation, seq, id, from, clientMessageId, body });
      if (page.length < pageSize) return;
      afterSeq = page.at(-1)?.seq ?? afterSeq;
    }
  };
  const readAll = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      for (const chat of [...chats.values()]) await readOn(chat);
    } while (isAskedAgain && !closed);
    catchingUp = undefined;
  };
  /** One reading at a time; who asks meanwhile gets another one behind it. */
  const catchUp = (): Promise<void> => {
    isAskedAgain = true;
    catchingUp ??= readAll();
    return catchingUp;
  };
  /** A catch-up that nobody waits for: it fails only where the service is away for long, and then the checker sees what is missing. */
  const catchUpSoon = (): void => { catchUp().catch(() => { catchingUp = undefined; }); };

  socket.on('connect', () => {
    connection += 1;
    isSentAway = false;
    record({ kind: 'connected', client: name, connection });
    catchUpSoon();
  });
  const comeBack = (): void => { setTimeout(() => { if (!closed && !socket.connected) socket.connect(); }, 200 + 300 * Math.random()); };
  socket.on('disconnect', (reason) => {
    record({ kind: 'disconnected', client: name, connection, reason: isSentAway ? sentAway : reason });
    // A server that ends the connection itself is not tried again by socket.io-client.
    if (reason === 'io server disconnect') comeBack();
  });
  socket.on('serverDraining', () => { isSentAway = true; });
  socket.on('connect_error', () => { if (!socket.active) comeBack(); });
  const lookForGap = (conversation: string, seq: number): void => {
    setTimeout(() => {
      if (closed || numbersOf(conversation).upTo >= seq || !chats.has(conversation)) return;
      // Who is reading anyway, after a connect, or waits for an own acknowledgement, may have been left nothing out.
      if (catchingUp === undefined && !lines.isBusy(conversation)) record({ kind: 'gapSeen', client: name, conversation, upTo: numbersOf(conversation).upTo, seq });
      catchUpSoon();
    }, gapClosesWithinMs);
  };
  socket.on('newMessage', (message: NewMessage) => {
    const { seq, id, from, clientMessageId, message: body } = message;
    const conversation = options.conversationOf(message);
    receive('push', { conversation, seq, id, from, clientMessageId, body });
    if (numbersOf(conversation).upTo < seq) lookForGap(conversation, seq);
  });

  const connected = async (): Promise<void> => { while (!socket.connected && !closed) await pause(20); };
  const sendOnce = async ({ chatId, chatType }: Chat, clientMessageId: string, body: string): Promise<SendMessageReply | EventFailure | undefined> => {
    const message = { to: chatId, chatType, message: body, messageType: 'TEXT', clientMessageId };
    return socket.timeout(acknowledgedWithinMs).emitWithAck('sendMessage', message).catch(() => undefined) as Promise<SendMessageReply | EventFailure | undefined>;
  };
  /** @returns whether it is decided */
  const attemptOnce = async (chat: Chat, clientMessageId: string, body: string, attempt: number): Promise<boolean> => {
    await connected();
    record({ kind: 'attempt', client: name, sender: user, to: chat.chatId, chatType: chat.chatType, conversation: chat.conversation, clientMessageId, body, attempt });
    const reply = await sendOnce(chat, clientMessageId, body);
    if (reply === undefined || ('code' in reply && passing.has(reply.code))) {
      record({ kind: 'unknown', client: name, clientMessageId, reason: reply === undefined ? 'no acknowledgement' : reply.code });
      return false;
    }
    if ('code' in reply) { record({ kind: 'refused', client: name, clientMessageId, code: reply.code }); return true; }
    record({ kind: 'acknowledged', client: name, reply });
    receive('acknowledgement', { conversation: chat.conversation, seq: reply.seq, id: reply.id, from: reply.from, clientMessageId, body });
    return true;
  };
  const sendUntilDecided = async (chat: Chat, body: string): Promise<void> => {
    const clientMessageId = randomUUID();
    for (let attempt = 1; !closed && !await attemptOnce(chat, clientMessageId, body, attempt); attempt += 1) await pause(50 + 150 * Math.random());
  };

  return {
    name, user,
    async open() {
      record({ kind: 'client', client: name, user, type: 'documented' });
      socket.connect();
      await connected();
      await catchUp();
    },
    send: (chat, body) => lines.add(chat.conversation, () => sendUntilDecided(chat, body)),
    undecided: () => lines.waiting(),
    follow(chat) {
      chats.set(chat.conversation, chat);
      catchUpSoon();
    },
    unfollow({ conversation }) { chats.delete(conversation); },
    upTo: (conversation) => numbersOf(conversation).upTo,
    catchUp,
    close() {
      closed = true;
      socket.disconnect();
    },
  };
};
