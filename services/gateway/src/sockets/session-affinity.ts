import { createHash } from 'node:crypto';
import type { Address } from '../upstreams/follow-addresses';
import type { Upstream } from '../upstreams/upstream';

/** Tells realtime how the ids of the sessions that it opens must begin. Only the gateway may set it. */
export const tagHeader = 'x-realtime-tag';

export const tagOf = ({ text }: Pick<Address, 'text'>): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** Keeps a session, whose id begins with `<tag>.`, at the process that opened it. */
export interface SessionAffinity {
  /** Where a request may go: with a session's id, to its process alone; without one, to any, the next in turn first. Empty: nobody has this session. */
  addressesFor(sessionId: string | null): readonly Address[];
}

export const createSessionAffinity = (upstream: Upstream): SessionAffinity => {
  const tags = new WeakMap<Address, string>();
  const tagFor = (address: Address): string => {
    const tag = tags.get(address) ?? tagOf(address);
    tags.set(address, tag);
    return tag;
  };
  return {
    addressesFor(sessionId) {
      if (sessionId === null) return upstream.inTurn();
      const known = upstream.known();
      // Where there is one process, sessions that came to it past the gateway are there, too.
      if (known.length === 1) return known;
      const tag = sessionId.split('.', 1)[0];
      return known.filter((address) => tagFor(address) === tag);
    },
  };
};
