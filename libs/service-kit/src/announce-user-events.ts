import type { DomainEventPayloads } from '@chat-backend/contracts';
import type { ProcessContext } from './process/service';

/**
 * Announces, after the commit, what was added to the logs of users. Nobody waits for it and it never fails: clients that are not told see
 * the gap in the numbers, or sync.
 */
export const announceUserEvents = ({ events, logger }: Pick<ProcessContext, 'events' | 'logger'>, logged: DomainEventPayloads['user.changed']['logged']): void => {
  if (logged.length === 0) return;
  events.publish('user.changed', { logged }).catch((error: unknown) => {
    logger.warn({ err: error }, 'what was added to the logs of users was not announced; their clients sync');
  });
};
