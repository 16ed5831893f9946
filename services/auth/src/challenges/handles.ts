import type { TokenSigner } from '@chat-backend/service-kit';

/** Ten minutes: how long a code may be confirmed, and how long the handle that names it is good. */
export const challengeSeconds = 600;

export type HandlePurpose = 'verify' | 'mfa' | 'reset';
/** No handle names a challenge that switches two-factor: who is signed in has one at most. */
export type ChallengePurpose = HandlePurpose | 'twoFactor';

/**
 * A handle names a challenge and nothing else: its subject is the challenge too, never the user. Two handles for one address
 * would otherwise show, by naming the same user, that the address is known.
 * @param email the address as the caller gave it
 */
export const signHandle = (signer: TokenSigner, purpose: HandlePurpose, challengeId: string, email: string): string =>
  signer.sign({ userId: challengeId, sessionId: challengeId, purpose, email, livesSeconds: challengeSeconds });
