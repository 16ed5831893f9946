import type { Endpoint } from '@chat-backend/contracts';
import { readToken, Refusal, type RevokedSessions, type TokenVerifier } from '@chat-backend/service-kit';
import type { RequestHandler } from 'express';
import type { GatewayLimits } from '../limits/gateway-limits';

export interface AdmissionDependencies { tokens: TokenVerifier; revokedSessions: Pick<RevokedSessions, 'has'>; limits: GatewayLimits }

/** Counts the address before anything else is done for it: what is malformed or has no token costs, too. */
export const admitAddress = (endpoint: Endpoint, limits: GatewayLimits): RequestHandler => async (request, _response, next) => {
  await limits.admitAddress(endpoint, request.clientAddress);
  next();
};

/** A public call as often as its account may be tried; any other with a token that holds, of a session that goes on, as often as its user may call. */
export const admitCall = (endpoint: Endpoint, { tokens, revokedSessions, limits }: AdmissionDependencies): RequestHandler => async (request, _response, next) => {
  if (endpoint.access === 'public') {
    await limits.admitSignIn(endpoint, request.clientAddress, (request.body as { email?: unknown }).email);
  } else {
    const caller = tokens.verify(readToken(request));
    request.caller = caller;
    const { sessionId, userId } = caller;
    if (revokedSessions.has(sessionId)) throw new Refusal('SESSION_REVOKED');
    await limits.admitUser(userId);
    await limits.admitExport(endpoint, userId);
  }
  next();
};
