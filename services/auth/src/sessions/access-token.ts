import type { AuthDependencies } from '../dependencies';

/** What a signed-in client is given. */
export interface SessionTokens {
  token: string;
  refreshToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
}

export interface AccessGrant {
  userId: string;
  sessionId: string;
  /** Contract mode: the challenge whose code was given out with this token. */
  challengeId?: string;
  /** The token never outlives its session. */
  sessionSecondsLeft: number;
}

export const signAccess = (
  { signer, accessSeconds }: Pick<AuthDependencies, 'signer' | 'accessSeconds'>, { userId, sessionId, challengeId, sessionSecondsLeft }: AccessGrant,
): { token: string; expiresIn: number } => {
  const expiresIn = Math.max(1, Math.min(accessSeconds, Math.floor(sessionSecondsLeft)));
  const token = signer.sign({ userId, sessionId, purpose: 'access', livesSeconds: expiresIn, ...(challengeId === undefined ? {} : { challengeId }) });
  return { token, expiresIn };
};
