import type { MessageChanged, NewMessage } from './socket-events';
import type { UserEvent } from './user-events';

/** A committed message on its way to sockets, with what a process needs to emit it to the right ones in the right order. */
export interface CommittedMessage {
  conversationId: string;
  /** The group's membership version that the message was allowed under; absent in a friend chat. */
  membershipVersion?: number;
  message: NewMessage;
}

/** A message that was edited or deleted, on its way to sockets. */
export interface ChangedMessage {
  conversationId: string;
  membershipVersion?: number;
  message: MessageChanged;
}

/** Events carry everything that a listener needs. They are announced after commit and arrive at most once: never the only way to learn something. */
export interface DomainEventPayloads {
  /** Found in the outbox: the process that committed these died before it pushed them. */
  'message.sent': { messages: CommittedMessage[] };
  /** Clients that miss it see the gap in the revisions, or sync. */
  'message.changed': { changed: ChangedMessage[] };
  /** Added to the logs of users. Clients that miss it see the gap in the numbers, or sync. */
  'user.changed': { logged: { userId: string; event: UserEvent }[] };
  'session.revoked': { sessionIds: string[]; accountDeleted?: true };
  /** Services take what they hold of the user out of their tables. Who misses it finds the row of the deletion when it sweeps. */
  'account.deleted': { userId: string };
}
export type DomainEventName = keyof DomainEventPayloads;
