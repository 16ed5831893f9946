import { newId, recordAudit, type AuditedCall } from '@chat-backend/database';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { signAccess, type SessionTokens } from './access-token';
import { issueRefreshToken } from './issue-refresh-token';

const sessionSeconds = 30 * 24 * 60 * 60;

/** Starts a session of thirty days. The caller holds the account and has checked that the user may sign in. */
export const startSession = async (
  dependencies: Pick<AuthDependencies, 'signer' | 'accessSeconds'>, tables: AuthTables, origin: AuditedCall, userId: string, challengeId?: string,
): Promise<SessionTokens> => {
  const sessionId = newId();
  await tables.session.create({ data: { id: sessionId, userId, expiresAt: new Date(Date.now() + sessionSeconds * 1000) } });
  await recordAudit(tables, origin, { action: 'session.started', userId, objectId: sessionId });
  const refreshToken = await issueRefreshToken(tables, sessionId);
  const grant = { userId, sessionId, sessionSecondsLeft: sessionSeconds, ...(challengeId === undefined ? {} : { challengeId }) };
  const { token, expiresIn } = signAccess(dependencies, grant);
  return { token, refreshToken, expiresIn };
};
