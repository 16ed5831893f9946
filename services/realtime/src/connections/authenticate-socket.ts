import { limits } from '@chat-backend/contracts';
import { Refusal, type Caller, type RevokedSessions, type TokenVerifier } from '@chat-backend/service-kit';

export type Authenticate = (token: unknown) => Caller;

/**
 * Whom a token names, if it opens a socket.
 * @throws Refusal TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, WRONG_TOKEN_PURPOSE, SESSION_REVOKED
 */
export const createAuthenticate = (tokens: TokenVerifier, revoked: Pick<RevokedSessions, 'has'>): Authenticate => (token) => {
  if (token === undefined || token === null || token === '') throw new Refusal('TOKEN_MISSING');
  if (typeof token !== 'string' || token.length > limits.tokenLength) throw new Refusal('TOKEN_INVALID');
  const caller = tokens.verify(token);
  if (caller.purpose !== 'access') throw new Refusal('WRONG_TOKEN_PURPOSE');
  if (revoked.has(caller.sessionId)) throw new Refusal('SESSION_REVOKED');
  return caller;
};
