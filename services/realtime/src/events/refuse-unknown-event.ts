import type { ChatSocket } from '../chat-server';
import { failureOf } from '../failures';
import { readEvent } from './read-event';

const nameLength = 100;

/** Tells a client that there is no such event, instead of leaving it waiting. */
export const refuseUnknownEvent = (knownEvents: readonly string[]) =>
  function (this: ChatSocket, event: unknown, ...given: unknown[]): void {
    if (typeof event === 'string' && knownEvents.includes(event)) return;
    const { acknowledge } = readEvent(given);
    const failure = failureOf('ENDPOINT_NOT_FOUND');
    if (acknowledge === undefined) this.emit('eventFailed', { ...failure, event: String(event).slice(0, nameLength) });
    else acknowledge(failure);
  };
