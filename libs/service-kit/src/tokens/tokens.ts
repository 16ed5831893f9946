import { randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { TokenPurpose } from '@chat-backend/contracts';
import { tokenPurposes } from '@chat-backend/contracts';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../refusal';

const issuer = 'chat-backend';
const audience = 'chat-backend';
const algorithm = 'HS256';
const cachedTokens = 20_000;

/** What a verified token says. */
export interface Caller {
  userId: string;
  /** The session, for `access`; the challenge's id, for a handle. */
  sessionId: string;
  purpose: TokenPurpose;
  /** Set in contract mode's tokens and in links: the challenge that the token may confirm. */
  challengeId?: string;
  /** The turn of the challenge whose mail carried this token as a link: whoever holds it has read the mail. */
  mailedTurn?: number;
  /** Set in handles: the address that the holder named, whether it is known or not. */
  email?: string;
  /** Seconds since the epoch. */
  expiresAt: number;
}

export interface NewToken extends Omit<Caller, 'expiresAt'> { livesSeconds: number }

export interface TokenSigner { sign(token: NewToken): string }
export interface TokenVerifier {
  /** @throws Refusal TOKEN_INVALID, TOKEN_EXPIRED */
  verify(token: string): Caller;
}

export const createTokenSigner = (key: KeyObject): TokenSigner => ({
  sign: ({ userId, sessionId, purpose, challengeId, mailedTurn, email, livesSeconds }) =>
    jwt.sign(
      {
        purpose, sid: sessionId,
        ...(challengeId === undefined ? {} : { cid: challengeId }),
        ...(mailedTurn === undefined ? {} : { turn: mailedTurn }),
        ...(email === undefined ? {} : { email }),
      },
      key,
      { algorithm, issuer, audience, subject: userId, jwtid: randomUUID(), expiresIn: livesSeconds },
    ),
});

const isPurpose = (value: unknown): value is TokenPurpose => (tokenPurposes as readonly unknown[]).includes(value);

const callerFrom = (claims: jwt.JwtPayload): Caller => {
  const { sub, sid, purpose, cid, turn, email, exp } = claims as Record<string, unknown>;
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number' || !Number.isSafeInteger(exp) || !isPurpose(purpose)) throw new Refusal('TOKEN_INVALID');
  return {
    userId: sub, sessionId: sid, purpose, expiresAt: exp,
    ...(typeof cid === 'string' ? { challengeId: cid } : {}),
    ...(typeof turn === 'number' ? { mailedTurn: turn } : {}),
    ...(typeof email === 'string' ? { email } : {}),
  };
};

/** Verifies against each key in turn, remembers what it verified, and still looks at the expiry each time. */
export const createTokenVerifier = (keys: readonly KeyObject[]): TokenVerifier => {
  const verified = new LRUCache<string, Caller>({ max: cachedTokens });

  const verifySignature = (token: string): Caller => {
    for (const key of keys) {
      try {
        const claims = jwt.verify(token, key, { algorithms: [algorithm], issuer, audience });
        if (typeof claims === 'object') return callerFrom(claims);
      } catch (error) {
        if (error instanceof jwt.TokenExpiredError) throw new Refusal('TOKEN_EXPIRED');
        if (error instanceof Refusal) throw error;
      }
    }
    throw new Refusal('TOKEN_INVALID');
  };

  return {
    verify(token) {
      const known = verified.get(token);
      if (known !== undefined) {
        if (known.expiresAt * 1000 > Date.now()) return known;
        verified.delete(token);
        throw new Refusal('TOKEN_EXPIRED');
      }
      const caller = verifySignature(token);
      verified.set(token, caller);
      return caller;
    },
  };
};
