import type { DomainEventName, DomainEventPayloads } from '@chat-backend/contracts';
import type { ProcessContext } from './process/service';

/** Announces what is committed. Nobody waits for it and it fails no call: clients that are not told see the gap, or sync. */
export type Announce = <Name extends DomainEventName>(name: Name, payload: DomainEventPayloads[Name]) => void;

export const createAnnouncer = ({ events, logger }: Pick<ProcessContext, 'events' | 'logger'>): Announce => (event, payload) => {
  events.publish(event, payload).catch((error: unknown) => { logger.warn({ err: error, event }, 'what is committed was not announced; clients see the gap when they sync'); });
};

/** Announces, after the commit, what was added to the logs of users. */
export const announceUserEvents = (context: Pick<ProcessContext, 'events' | 'logger'>, logged: DomainEventPayloads['user.changed']['logged']): void => {
  if (logged.length > 0) createAnnouncer(context)('user.changed', { logged });
};
