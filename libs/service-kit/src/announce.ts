import type { DomainEventName, DomainEventPayloads } from '@chat-backend/contracts';
import type { DomainEvents } from '@chat-backend/events';
import type { Logger } from './logger';

/** Announces what is committed. Nobody waits for it and it fails no call: clients that are not told see the gap, or sync. */
export type Announce = <Name extends DomainEventName>(name: Name, payload: DomainEventPayloads[Name]) => void;

/** With what it announces. */
export interface Announcing { events: Pick<DomainEvents, 'publish'>; logger: Logger }

export const createAnnouncer = ({ events, logger }: Announcing): Announce => (event, payload) => {
  events.publish(event, payload).catch((error: unknown) => { logger.warn({ err: error, event }, 'what is committed was not announced; clients see the gap when they sync'); });
};

/** Announces, after the commit, what was added to the logs of users. */
export const announceUserEvents = (context: Announcing, logged: DomainEventPayloads['user.changed']['logged']): void => {
  if (logged.length > 0) createAnnouncer(context)('user.changed', { logged });
};
