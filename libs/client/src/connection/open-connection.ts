import type { EventFailure, MessageChanged, NewMessage, SendMessage, SendMessageReply, SessionEnded, SyncReply, SyncRequest, UserEvent } from '@chat-backend/contracts';
import { io, type Socket } from 'socket.io-client';
import { ChatError, errorOfFailure } from '../chat-error';

interface FromServer {
  newMessage: (message: NewMessage) => void;
  messageChanged: (message: MessageChanged) => void;
  userEvent: (event: UserEvent) => void;
  sessionEnded: (why: SessionEnded) => void;
  serverDraining: (hint: { reconnectAfterMs: number }) => void;
}
interface FromClient {
  sendMessage: (message: SendMessage, acknowledge: (reply: SendMessageReply | EventFailure) => void) => void;
  sync: (request: SyncRequest, acknowledge: (reply: SyncReply | EventFailure) => void) => void;
  'auth:refresh': (request: { token: string }, acknowledge: (reply: { expiresIn: number } | EventFailure) => void) => void;
}

/** What the server pushes. */
export interface Pushes {
  onMessage(message: NewMessage): void;
  onChanged(message: MessageChanged): void;
  onUserEvent(event: UserEvent): void;
}

/** Why a connection is over, as far as the server said. */
export interface ConnectionEnd {
  /** The server refused or ended the session. */
  refusal?: SessionEnded;
  /** The server asks to come back after so long. */
  reconnectAfterMs?: number;
}

export interface ConnectionOptions {
  url: string;
  token: string;
  transports: ('websocket' | 'polling')[];
  connectTimeoutMs: number;
  acknowledgeTimeoutMs: number;
  pushes: Pushes;
  onOpen: () => void;
  /** Called once, whether it was ever open or not; not after `close`. */
  onEnd: (end: ConnectionEnd) => void;
}

/**
 * One connection, from its handshake to its end: whoever wants another one opens another one, and waits for no answer of this one any more. It ends by
 * itself when a question was not answered and nothing else came meanwhile: the heartbeat would take twice as long to find that nobody is there.
 */
export interface Connection {
  /** @throws ChatError: a refusal, or TIMEOUT and NETWORK, which leave it open whether it was stored */
  send(message: SendMessage): Promise<SendMessageReply>;
  /** @throws ChatError */
  sync(request: SyncRequest): Promise<SyncReply>;
  /** Lets it live as long as this token of the same user. @throws ChatError */
  renew(token: string): Promise<void>;
  close(): void;
}

const refusalOf = (error: Error): ConnectionEnd['refusal'] => {
  const { data } = error as Error & { data?: { code?: unknown; message?: unknown } };
  return typeof data?.code === 'string' ? { code: data.code, message: String(data.message) } : undefined;
};

const isFailure = (reply: object): reply is EventFailure => 'success' in reply && reply.success === false;

export const openConnection = ({ url, token, transports, connectTimeoutMs, acknowledgeTimeoutMs, pushes, onOpen, onEnd }: ConnectionOptions): Connection => {
  // Socket.IO's own reconnecting is off: its delays are not jittered fully, and it would send what it has buffered before we know what is missing.
  const socket: Socket<FromServer, FromClient> = io(url, {
    path: '/socket.io', forceNew: true, reconnection: false, transports, tryAllTransports: true, timeout: connectTimeoutMs,
    auth: (give) => { give({ token }); },
  });
  const end: ConnectionEnd = {};
  let isOver = false;
  /** When anything came from the server. */
  let heardAt = 0;

  const finish = (): void => {
    isOver = true;
    clearTimeout(handshakeTimer);
    socket.off();
    socket.disconnect();
  };
  const over = (): void => {
    if (isOver) return;
    finish();
    onEnd(end);
  };

  // Socket.IO's own time-out ends with the transport; the server may still keep us waiting for its rooms.
  const handshakeTimer = setTimeout(over, 2 * connectTimeoutMs);

  const hear = (): void => { heardAt = performance.now(); };
  socket.on('connect', () => {
    socket.io.engine.on('packet', hear);
    clearTimeout(handshakeTimer);
    onOpen();
  });
  socket.on('connect_error', (error) => {
    const refusal = refusalOf(error);
    if (refusal !== undefined) end.refusal = refusal;
    over();
  });
  socket.on('disconnect', over);
  socket.on('sessionEnded', (why) => { end.refusal = why; });
  socket.on('serverDraining', ({ reconnectAfterMs }) => { end.reconnectAfterMs = reconnectAfterMs; });
  socket.on('newMessage', pushes.onMessage);
  socket.on('messageChanged', pushes.onChanged);
  socket.on('userEvent', pushes.onUserEvent);

  const ask = async <Reply extends object>(what: string, asking: Promise<Reply | EventFailure>): Promise<Reply> => {
    const askedAt = performance.now();
    const reply = await asking.catch((cause: unknown) => {
      if (heardAt < askedAt) over();
      throw new ChatError(isOver ? 'NETWORK' : 'TIMEOUT', `${what} was not answered`, { cause });
    });
    if (typeof reply !== 'object' || reply === null) throw new ChatError('INVALID_REPLY', `${what} was answered with something that is no object`);
    if (isFailure(reply)) throw errorOfFailure(reply);
    return reply;
  };

  return {
    send: (message) => ask('sendMessage', socket.timeout(acknowledgeTimeoutMs).emitWithAck('sendMessage', message)),
    sync: (request) => ask('sync', socket.timeout(acknowledgeTimeoutMs).emitWithAck('sync', request)),
    async renew(token) { await ask('auth:refresh', socket.timeout(acknowledgeTimeoutMs).emitWithAck('auth:refresh', { token })); },
    close() { if (!isOver) finish(); },
  };
};
