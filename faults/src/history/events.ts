import type { ChatType, SendMessageReply } from '@chat-backend/contracts';

/** A message as somebody got it. */
export interface SeenMessage { conversation: string; seq: number; id: string; from: string; clientMessageId: string; body: string }

/**
 * How a message came to a client:
 * - `push`: a `newMessage`;
 * - `catch-up`: read over REST after a connect;
 * - `acknowledgement`: its own, which is not pushed to the socket that sent it;
 * - `library`: handed over by libs/client, which promises each message once and in order.
 */
export type Way = 'push' | 'catch-up' | 'acknowledgement' | 'library';

/** What may be taken away and given back while messages are sent. */
export interface Permission {
  conversation: string;
  /** The member of a group; absent: a friendship, which both lose. */
  user?: string;
}

interface Kinds {
  /** A client begins to be. */
  client: { client: string; user: string; type: 'documented' | 'library' };
  connected: { client: string; connection: number };
  disconnected: { client: string; connection: number; reason: string };
  attempt: { client: string; sender: string; to: string; chatType: ChatType; conversation: string; clientMessageId: string; body: string; attempt: number };
  acknowledged: { client: string; reply: SendMessageReply };
  /** For good: sending it again would change nothing. */
  refused: { client: string; clientMessageId: string; code: string };
  /** Nobody knows whether it was stored. */
  unknown: { client: string; clientMessageId: string; reason: string };
  received: { client: string; connection: number; way: Way } & SeenMessage;
  /** The library let go of a conversation, and begins at 1 when it comes back. */
  forgotten: { client: string; conversation: string };
  /** A documented client was pushed a number beyond the next one, what is between did not come, and it reads on. */
  gapSeen: { client: string; conversation: string; upTo: number; seq: number };
  /** The library says that the server did what cannot be. */
  complaint: { client: string; what: string };
  /** A permission is about to be taken away (`closing`), is gone (`closed`), is about to be given back (`opening`), is back (`open`). */
  permission: Permission & { state: 'closing' | 'closed' | 'opening' | 'open' };
  fault: { name: string; target: string; phase: 'begins' | 'over' | 'failed'; detail?: string };
  /** The cluster started a process. */
  process: { service: string; pid: number; port: number };
  /** Everything should have been delivered by now. */
  deadline: { afterMs: number };
  /** A page of a reader's history, as get-messages tells it. */
  history: { user: string; conversation: string; messages: Omit<SeenMessage, 'conversation'>[] };
  historyEnd: { user: string; conversation: string; outcome: 'read' | 'refused' };
}

export type HistoryEventKind = keyof Kinds;
/** What happened, in the order in which this process saw it. `at`: milliseconds since the run began. */
export type HistoryEvent = { [Kind in HistoryEventKind]: { kind: Kind; at: number } & Kinds[Kind] }[HistoryEventKind];
export type EventOf<Kind extends HistoryEventKind> = Extract<HistoryEvent, { kind: Kind }>;
type WithoutTime<Event> = Event extends HistoryEvent ? Omit<Event, 'at'> : never;
export type NewHistoryEvent = WithoutTime<HistoryEvent>;

/** Notes what happened. What is noted earlier happened earlier. */
export type Record = (event: NewHistoryEvent) => void;
