import type { NewMessage } from './socket-events';

/** A committed message on its way to sockets, with what a process needs to emit it to the right ones in the right order. */
export interface CommittedMessage {
  conversationId: string;
  /** The group's membership version that the message was allowed under; absent in a friend chat. */
  membershipVersion?: number;
  message: NewMessage;
}

/** Events carry everything that a listener needs. They are announced after commit and arrive at most once: never the only way to learn something. */
export interface DomainEventPayloads {
  /** Found in the outbox: the process that committed these died before it pushed them. */
  'message.sent': { messages: CommittedMessage[] };
  'session.revoked': { sessionIds: string[] };
}
export type DomainEventName = keyof DomainEventPayloads;
