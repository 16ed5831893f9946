import { createHash } from 'node:crypto';
import type { Address, Upstream } from '../upstreams/upstream';

/** Tells realtime how the ids of the sessions that it opens must begin. Only the gateway may set it. */
export const tagHeader = 'x-realtime-tag';

export const tagOf = ({ text }: Address): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** Keeps a session, whose id begins with `<tag>.`, at the process that opened it. */
export interface SessionAffinity {
  /** Where a request may go: with a session's id, to its process alone; without one, to any, the next in turn first. Empty: nobody has this session. */
  addressesFor(sessionId: string | null): readonly Address[];
}

export const createSessionAffinity = (upstream: Upstream): SessionAffinity => {
  const byTag = new Map(upstream.addresses.map((address) => [tagOf(address), address]));
  return {
    addressesFor(sessionId) {
      if (sessionId === null) return upstream.inTurn();
      // Where there is one process, sessions that came to it past the gateway are there, too.
      if (upstream.addresses.length === 1) return upstream.addresses;
      const owner = byTag.get(sessionId.split('.', 1)[0] ?? '');
      return owner === undefined ? [] : [owner];
    },
  };
};
