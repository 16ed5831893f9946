import type { NewHistoryEvent, Record } from '../../history/events';

/** A time in which a client had no connection. */
export interface Gap {
  client: string;
  lostAt: number;
  /** Absent: it is not back yet. */
  backAt?: number;
  reason: string;
}

/** Watches what clients note of their connections. */
export interface TrackedConnections {
  /** In the place of the record that it was given. */
  record: Record;
  /** Of those that lost their connection since then, in the order of losing it. */
  gapsSince(at: number): Gap[];
  /** How many clients have one now. */
  connected(): number;
}

/** @param now milliseconds; those of the gaps */
export const trackConnections = (record: Record, now: () => number = () => performance.now()): TrackedConnections => {
  const gaps: Gap[] = [];
  const open = new Map<string, Gap>();
  const connected = new Set<string>();

  const see = (event: NewHistoryEvent): void => {
    if (event.kind === 'connected') {
      connected.add(event.client);
      const gap = open.get(event.client);
      if (gap !== undefined) gap.backAt = now();
      open.delete(event.client);
    } else if (event.kind === 'disconnected' && connected.delete(event.client)) {
      const gap: Gap = { client: event.client, lostAt: now(), reason: event.reason };
      gaps.push(gap);
      open.set(event.client, gap);
    }
  };

  return {
    record(event) {
      see(event);
      record(event);
    },
    gapsSince: (at) => gaps.filter(({ lostAt }) => lostAt >= at),
    connected: () => connected.size,
  };
};
