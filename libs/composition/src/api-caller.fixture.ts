import { apiPrefix } from '@chat-backend/contracts';
import { io } from 'socket.io-client';
import type { Place, SecretSearch } from './secret-search.fixture';

export interface Reply { status: number; code: string | undefined; data: Record<string, string> }

/** Calls the product, notes every secret that goes out or comes back, and keeps what the replies show beside what they may. */
export interface ApiCaller {
  url: string;
  call(name: string, body: object, headers?: Record<string, string>): Promise<Reply>;
  /** Whatever it is, sent as it stands. */
  send(path: string, init: RequestInit): Promise<Reply>;
  /** Opens a socket with the token, emits each event with it, and closes. @returns what it came to */
  openSocket(token: string, transport: 'websocket' | 'polling', events?: readonly string[]): Promise<string>;
  replies: readonly Place[];
}

/** Where the contract gives out tokens. Codes and passwords are given out nowhere. */
const givesTokens = ['register', 'login', 'forgot-password', 'verify-user', 'refresh-token'];
const tokenFields = ['token', 'refreshToken'] as const;
const secretFields = ['token', 'refreshToken', 'password', 'currentPassword', 'otp'];

const parse = (text: string): { code?: string; data?: Record<string, string> } => {
  try { return JSON.parse(text) as { code?: string; data?: Record<string, string> }; } catch { return {}; }
};

export const createApiCaller = (url: string, secrets: SecretSearch): ApiCaller => {
  const replies: Place[] = [];

  const noteSent = (name: string, body: object): void => {
    for (const [field, value] of Object.entries(body) as [string, unknown][]) {
      if (secretFields.includes(field) && typeof value === 'string' && value.length >= 6 && !secrets.has(value)) secrets.add(`${field} sent to ${name}`, value);
    }
  };
  /** Takes out of the reply what the contract gives out there; given out anywhere else, it stays and is found. */
  const keep = (name: string, status: number, headers: string, text: string): Reply => {
    const { code, data = {} } = parse(text);
    let shown = text;
    for (const field of tokenFields) {
      const token = data[field];
      if (token === undefined) continue;
      secrets.add(`${field} given out by ${name}`, token);
      if (givesTokens.includes(name)) shown = shown.replace(token, '');
    }
    replies.push({ name: `a reply of ${name} (${status})`, text: `${headers} ${shown}` });
    return { status, code, data };
  };

  const send = async (path: string, init: RequestInit): Promise<Reply> => {
    const reply = await fetch(`${url}${path}`, init);
    const name = path.replace(`${apiPrefix}/`, '').replace(/\?.*/, '');
    return keep(name, reply.status, JSON.stringify([...reply.headers]), await reply.text());
  };

  return {
    url, send, replies,
    call(name, body, headers = {}) {
      noteSent(name, body);
      return send(`${apiPrefix}/${name}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
    },
    async openSocket(token, transport, events = []) {
      if (!secrets.has(token)) secrets.add('token of a handshake', token);
      const socket = io(url, { auth: { token }, transports: [transport], reconnection: false, forceNew: true });
      try {
        const outcome = await new Promise<string>((resolve) => {
          socket.once('connect', () => { resolve('connected'); });
          socket.once('connect_error', (error) => { resolve(JSON.stringify([error.message, (error as { data?: unknown }).data])); });
        });
        replies.push({ name: 'what a handshake came to', text: outcome });
        for (const event of outcome === 'connected' ? events : []) {
          const answer: unknown = await socket.timeout(5_000).emitWithAck(event, { token, to: token, chatId: token, message: {}, clientMessageId: 7 });
          replies.push({ name: `the acknowledgement of ${event}`, text: JSON.stringify(answer) });
        }
        return outcome;
      } finally {
        socket.disconnect();
      }
    },
  };
};
