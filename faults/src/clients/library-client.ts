import { setTimeout as pause } from 'node:timers/promises';
import { ChatError, createChatClient, type ChatMessage } from '@chat-backend/client';
import { createNumbers, type Numbers } from '../checker/numbers';
import type { Record } from '../history/events';
import { createChatLines } from './chat-lines';
import type { Chat, LoadClient } from './load-client';

export interface LibraryClientOptions {
  name: string;
  user: string;
  token: string;
  /** Where everything of it goes: the gateway, or a bad network in front of it. */
  url: string;
  transports: ('polling' | 'websocket')[];
  record: Record;
  chats: readonly Chat[];
  conversationOf: (message: { chatType: Chat['chatType']; from: string; to: string }) => string;
}

/** Quicker than an app needs it: everything must be there within 10 s of the last fault. */
const timing = {
  reconnectBaseMs: 400, reconnectCapMs: 2_000, retryBaseMs: 200, gapMs: 50, connectTimeoutMs: 4_000, callTimeoutMs: 4_000, acknowledgeTimeoutMs: 4_000,
};
/** How it says that it was closed, which is no answer to a message. */
const endings = new Set<string>(['CLOSED', 'SESSION_ENDED']);

/** What somebody writes with libs/client: it hands over each message once and in order, sends again by itself, and follows chats by itself. */
export const createLibraryClient = (options: LibraryClientOptions): LoadClient => {
  const { name, user, token, url, transports, record } = options;
  const has = new Map<string, Numbers>();
  const lines = createChatLines();
  let connection = 0;
  const client = createChatClient({ url, session: { token }, begin: 'beginning', maxUnsent: 100_000, transports, timing });

  const numbersOf = (conversation: string): Numbers => {
    const known = has.get(conversation);
    if (known !== undefined) return known;
    const numbers = createNumbers();
    has.set(conversation, numbers);
    return numbers;
  };

  client.on('state', (state) => {
    if (state === 'syncing') record({ kind: 'connected', client: name, connection: connection += 1 });
    if (state === 'offline') record({ kind: 'disconnected', client: name, connection, reason: state });
  });
  client.on('message', ({ chatType, from, to, seq, id, clientMessageId, message: body }: ChatMessage) => {
    const conversation = options.conversationOf({ chatType, from, to });
    numbersOf(conversation).add(seq);
    record({ kind: 'received', client: name, connection, way: 'library', conversation, seq, id, from, clientMessageId, body });
  });
  client.on('conversationGone', ({ chatId, chatType }) => {
    const conversation = options.chats.find((chat) => chat.chatId === chatId && chat.chatType === chatType)?.conversation ?? chatId;
    has.delete(conversation);
    record({ kind: 'forgotten', client: name, conversation });
  });
  client.on('fault', ({ code, message }) => { record({ kind: 'complaint', client: name, what: `${code}: ${message}` }); });

  const send = async ({ chatId, chatType, conversation }: Chat, body: string): Promise<void> => {
    const { clientMessageId, stored } = client.send({ to: chatId, chatType, message: body });
    record({ kind: 'attempt', client: name, sender: user, to: chatId, chatType, conversation, clientMessageId, body, attempt: 1 });
    try {
      const place = await stored;
      record({ kind: 'acknowledged', client: name, reply: { to: chatId, from: user, ...place } });
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (endings.has(error.code)) record({ kind: 'unknown', client: name, clientMessageId, reason: error.code });
      else record({ kind: 'refused', client: name, clientMessageId, code: error.code });
    }
  };

  return {
    name, user,
    async open() {
      record({ kind: 'client', client: name, user, type: 'library' });
      await client.connect();
    },
    send: (chat, body) => lines.add(chat.conversation, () => send(chat, body)),
    undecided: () => lines.waiting(),
    // It learns from the log of its user whom it may hear.
    follow: () => undefined,
    unfollow: () => undefined,
    upTo: (conversation) => numbersOf(conversation).upTo,
    async catchUp() {
      client.disconnect();
      await Promise.race([client.connect(), pause(30_000, undefined, { ref: false })]);
    },
    close() { void client.close(); },
  };
};
