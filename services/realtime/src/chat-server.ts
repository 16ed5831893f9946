import { limits, type ClientEventName, type CommittedMessage, type EventFailed, type EventFailure, type MessageChanged, type NewMessage, type SessionEnded, type UserEvent } from '@chat-backend/contracts';
import type { Caller } from '@chat-backend/service-kit';
import { Server, type Namespace, type ServerOptions, type Socket } from 'socket.io';

/** What clients send is unknown until it was validated. */
type FromClient = Record<ClientEventName, (...given: unknown[]) => void>;

interface ToClient {
  newMessage: (message: NewMessage) => void;
  messageChanged: (message: MessageChanged) => void;
  userEvent: (event: UserEvent) => void;
  sendMessageFailed: (failure: EventFailure) => void;
  eventFailed: (failure: EventFailed) => void;
  sessionEnded: (ended: SessionEnded) => void;
  serverDraining: (hint: { reconnectAfterMs: number }) => void;
}

/** Between realtime processes. */
interface BetweenPods { committed: (messages: CommittedMessage[]) => void }

export interface SocketData {
  caller: Caller;
  /** The client's network address. */
  address: string;
  /** Its messages that wait for their acknowledgement. */
  sending: number;
  /** Its other events that wait for theirs. */
  asking: number;
  /** When it has lived long enough, in milliseconds since 1970; absent: never. */
  oldAt?: number;
}

export type ChatServer = Server<FromClient, ToClient, BetweenPods, SocketData>;
export type ChatNamespace = Namespace<FromClient, ToClient, BetweenPods, SocketData>;
export type ChatSocket = Socket<FromClient, ToClient, BetweenPods, SocketData>;
export type Adapter = ChatNamespace['adapter'];

export interface ChatServerOptions {
  corsOrigins: readonly string[];
  /** Absent: the adapter of a single process. */
  adapter?: NonNullable<ServerOptions['adapter']>;
  /** Asked at each handshake. A client whose handshake fails tries again by itself. */
  takesConnections: () => boolean;
  /** Default: the product's. */
  heartbeat?: Heartbeat;
}

export interface Heartbeat { pingInterval: number; pingTimeout: number }
/** A half-open peer is found after at most the sum of these: 40 s. */
export const productHeartbeat: Heartbeat = { pingInterval: 25_000, pingTimeout: 15_000 };
/** For a connection that never asks for the namespace. Longer than messaging may take to name the user's groups. */
const connectTimeout = 20_000;

export const createChatServer = ({ corsOrigins, adapter, takesConnections, heartbeat = productHeartbeat }: ChatServerOptions): ChatServer =>
  new Server({
    path: '/socket.io',
    transports: ['polling', 'websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: limits.socketFrameBytes,
    connectTimeout,
    ...heartbeat,
    allowRequest: (_request, decide) => { decide(takesConnections() ? null : 'this process is stopping', takesConnections()); },
    ...(corsOrigins.length === 0 ? {} : { cors: { origin: corsOrigins.includes('*') ? '*' : [...corsOrigins], methods: ['GET', 'POST'] } }),
    ...(adapter === undefined ? {} : { adapter }),
  });
