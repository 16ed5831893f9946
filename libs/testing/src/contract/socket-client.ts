import { newMessage, sendMessageReply, type EventFailure, type NewMessage, type SendMessage, type SendMessageReply } from '@chat-backend/contracts';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

/** How long anything on a socket may take before its test gives up. */
const patienceMs = 10_000;

export type Acknowledgement = SendMessageReply | EventFailure;
export type Outgoing = Omit<SendMessage, 'clientMessageId' | 'messageType'> & Partial<Pick<SendMessage, 'clientMessageId' | 'messageType'>>;

/** A connected client that keeps what was pushed to it. */
export interface TestSocket {
  socket: Socket;
  /** Every `newMessage` so far, in the order of arrival. */
  received: NewMessage[];
  /** Sends and waits for the acknowledgement, whatever it says. */
  send(message: Outgoing): Promise<Acknowledgement>;
  /** Sends what must be stored. */
  store(message: Outgoing): Promise<SendMessageReply>;
  /** Emits any event and waits for its acknowledgement, whatever it says. */
  ask(event: string, payload: unknown): Promise<unknown>;
  /** Waits until so many messages were pushed. */
  receive(count: number): Promise<NewMessage[]>;
  /** Waits for one event. Ask before you cause it. */
  next<Payload>(event: string): Promise<Payload>;
  close(): void;
}

const within = <Result>(what: string, work: (resolve: (result: Result) => void) => void): Promise<Result> => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error(`${what}: nothing within ${patienceMs} ms`)), patienceMs);
  work((result) => { clearTimeout(timer); resolve(result); });
});

type ConnectOptions = Partial<ManagerOptions & SocketOptions>;
const open = (url: string, options: ConnectOptions): Socket =>
  io(url, { transports: ['websocket'], reconnection: false, forceNew: true, ...options });

/** Connects, or fails with what the server answered. */
export const connectSocket = async (url: string, token: string, options: ConnectOptions = {}): Promise<TestSocket> => {
  const socket = open(url, { auth: { token }, ...options });
  const received: NewMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('newMessage', (payload: unknown) => {
    received.push(newMessage.parse(payload));
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve, reject) => { socket.once('connect', resolve).once('connect_error', reject); });

  const send = async (message: Outgoing): Promise<Acknowledgement> =>
    await socket.timeout(patienceMs).emitWithAck('sendMessage', { messageType: 'TEXT', ...message }) as Acknowledgement;
  return {
    socket, received, send,
    ask: (event, payload) => socket.timeout(patienceMs).emitWithAck(event, payload) as Promise<unknown>,
    async store(message) {
      const reply = await send(message);
      return sendMessageReply.parse(reply);
    },
    receive: (count) => within(`waiting for ${count} messages`, (resolve) => {
      const look = () => {
        if (received.length < count) return;
        waiting.delete(look);
        resolve(received);
      };
      waiting.add(look);
      look();
    }),
    next: (event) => within(`waiting for ${event}`, (resolve) => { socket.once(event, resolve); }),
    close: () => { socket.disconnect(); },
  };
};

/** The refusal of a connection that must fail: the `data` of its `connect_error`. */
export const refusedConnection = async (url: string, auth: object): Promise<{ code?: string }> => {
  const socket = open(url, { auth });
  try {
    const error = await within<Error & { data?: { code?: string } }>('waiting for connect_error', (resolve) => { socket.once('connect_error', resolve); });
    return error.data ?? {};
  } finally {
    socket.disconnect();
  }
};
