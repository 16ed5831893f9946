import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { clientAddressHeader, type SignAddress } from '@chat-backend/service-kit';
import { NeverBegun, type Exchanged } from '../upstreams/exchange';
import { withoutHopByHop } from '../upstreams/relay-reply';
import type { Address } from '../upstreams/follow-addresses';
import type { Upstream, UpstreamRequest } from '../upstreams/upstream';
import { tagHeader, tagOf, type SessionAffinity } from './session-affinity';

export const socketPath = '/socket.io';

/** What Engine.IO itself says of a session that it does not have; its clients then open a new one. */
export const unknownSession = { code: 1, message: 'Session ID unknown' };

/** What it says of a request that it does not understand. */
export const badRequest = { code: 3, message: 'Bad request' };

/** The target of a request for a socket; undefined if it is for something else. Dots and doubled slashes are resolved first. */
export const socketTarget = (url: string | undefined): URL | undefined => {
  const target = URL.canParse(url ?? '', 'http://gateway') ? new URL(url ?? '', 'http://gateway') : undefined;
  return target?.pathname === socketPath || target?.pathname.startsWith(`${socketPath}/`) === true ? target : undefined;
};

export interface SocketClient { address: string; requestId: string }

/** What realtime gets to see of the client's headers: all but those in which only the gateway is believed. */
export const socketHeaders = (request: IncomingMessage, { address, requestId }: SocketClient, sign: SignAddress): OutgoingHttpHeaders => {
  const { [tagHeader]: _tag, forwarded: _forwarded, 'x-real-ip': _realIp, ...headers } = withoutHopByHop(request.headers);
  return { ...headers, 'x-request-id': requestId, 'x-forwarded-for': address, [clientAddressHeader]: sign(address) };
};

export interface SocketUpstream { upstream: Upstream; affinity: SessionAffinity; sign: SignAddress }

/** Nobody has the session that a request names. */
export class UnknownSession extends Error {
  override readonly name = 'UnknownSession';
}

/**
 * Sends a request to the process that has its session, or, where it opens one, to the first process that takes a connection.
 * @throws UnknownSession; NeverBegun; any other Error, once it began
 */
export const sendToSession = async ({ upstream, affinity }: Omit<SocketUpstream, 'sign'>, target: URL, request: Omit<UpstreamRequest, 'path'>): Promise<Exchanged> => {
  const sessionId = target.searchParams.get('sid');
  const addresses = affinity.addressesFor(sessionId);
  if (addresses.length === 0) throw new UnknownSession(unknownSession.message);
  const sendTo = (address: Address): Promise<Exchanged> => upstream.send(address, {
    ...request, path: target.pathname + target.search, headers: { ...request.headers, ...(sessionId === null ? { [tagHeader]: tagOf(address) } : {}) },
  });
  let refused: unknown;
  for (const address of addresses) {
    try {
      return await sendTo(address);
    } catch (error) {
      if (!(error instanceof NeverBegun)) throw error;
      refused = error;
    }
  }
  throw refused;
};
