import type { DomainEventName, DomainEventPayloads } from '@chat-backend/contracts';

export type DomainEventListener<Name extends DomainEventName> = (payload: DomainEventPayloads[Name]) => void;

/**
 * Announces what is committed to every process, this one included. At most once: a listener that was away learns of it
 * by asking (see each event in contracts), never by a second announcement.
 */
export interface DomainEvents {
  /** Resolves when the announcement has left this process; rejects if it could not. */
  publish<Name extends DomainEventName>(name: Name, payload: DomainEventPayloads[Name]): Promise<void>;
  on<Name extends DomainEventName>(name: Name, listener: DomainEventListener<Name>): void;
  /** After a time in which announcements may have been missed, when they are heard again. */
  onReturn(listener: () => void): void;
  /** Whether announcements are heard and leave at the moment. */
  isConnected(): boolean;
  close(): Promise<void>;
}
