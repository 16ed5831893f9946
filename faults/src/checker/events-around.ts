import type { HistoryEvent } from '../history/events';
import type { Violation } from './violations';

const mostEvents = 24;
const faultsWithinMs = 6_000;

const isAbout = ({ conversation, seq, clientMessageId, client, at }: Violation) => {
  const isNear = (event: HistoryEvent): boolean => at !== undefined && Math.abs(event.at - at) < faultsWithinMs;
  return (event: HistoryEvent): boolean => {
    switch (event.kind) {
      case 'attempt':
      case 'refused':
      case 'unknown': return event.clientMessageId === clientMessageId;
      case 'acknowledged': return event.reply.clientMessageId === clientMessageId;
      case 'received': return event.conversation === conversation && event.seq === seq && (client === undefined || event.client === client);
      case 'connected':
      case 'disconnected': return event.client === client && isNear(event);
      case 'permission': return event.conversation === conversation && isNear(event);
      case 'fault': return isNear(event);
      default: return false;
    }
  };
};

/** For each violation the events that tell how it came to be: of its message and its client, and the faults of those seconds. Walks through all of them once. */
export const eventsAround = (violations: readonly Violation[], events: Iterable<HistoryEvent>): HistoryEvent[][] => {
  const found = violations.map((violation) => ({ isAbout: isAbout(violation), events: [] as HistoryEvent[] }));
  if (found.length === 0) return [];
  for (const event of events) {
    for (const one of found) if (one.events.length < mostEvents && one.isAbout(event)) one.events.push(event);
  }
  return found.map((one) => one.events);
};
