import type { DomainEventName, DomainEventPayloads } from '@chat-backend/contracts';
import type { DomainEvents } from '@chat-backend/events';
import type { Logger } from '@chat-backend/service-kit';

/** Announces what is committed. Nobody waits for it and it fails no call: a client that misses it sees the gap and syncs. */
export type Announce = <Name extends DomainEventName>(name: Name, payload: DomainEventPayloads[Name]) => void;

export const createAnnouncer = (events: DomainEvents, logger: Logger): Announce => (event, payload) => {
  events.publish(event, payload).catch((error: unknown) => { logger.warn({ err: error, event }, 'announcing failed; clients see the gap when they sync'); });
};
