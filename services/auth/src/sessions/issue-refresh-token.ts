import { createHash, randomBytes } from 'node:crypto';
import type { AuthTables } from '../db';

/** A refresh token is 32 random bytes, so a plain digest is enough to keep it by. */
export const hashRefreshToken = (refreshToken: string): string => createHash('sha256').update(refreshToken).digest('hex');

/** Writes the session's next refresh token; only its hash is kept. */
export const issueRefreshToken = async (tables: AuthTables, sessionId: string): Promise<string> => {
  const refreshToken = randomBytes(32).toString('base64url');
  await tables.refreshToken.create({ data: { hash: hashRefreshToken(refreshToken), sessionId } });
  return refreshToken;
};
