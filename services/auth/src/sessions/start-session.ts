import { limits } from '@chat-backend/contracts';
import { newId, recordAudit, type AuditedCall } from '@chat-backend/database';
import { refuseDisabled } from '../accounts/refuse-disabled';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { signAccess, type SessionTokens } from './access-token';
import { deviceOf } from './device';
import { endOldestSessions, type Ended } from './end-sessions';
import { issueRefreshToken } from './issue-refresh-token';
import { sessionEvent } from './session-event';

const sessionSeconds = 30 * 24 * 60 * 60;

export interface NewSession {
  account: { id: string; disabledAt: Date | null };
  /** As the client named itself. */
  userAgent: string | undefined;
  /** Contract mode: the challenge whose code is given out with the token. */
  challengeId?: string;
}

/** What ended for it, and what the log tells of both, is to be announced after the commit. */
export interface StartedSession { tokens: SessionTokens; ended: Ended }

/**
 * Starts a session of thirty days, as the last step of a transaction. The caller holds the account and has checked that the user may sign in. Whatever
 * way led here, none starts for a disabled account, and no more go on than can be ended at once: the oldest gives way.
 * @throws Refusal ACCOUNT_DISABLED
 */
export const startSession = async (
  dependencies: Pick<AuthDependencies, 'signer' | 'accessSeconds'>, tables: AuthTables, origin: AuditedCall, { account, userAgent, challengeId }: NewSession,
): Promise<StartedSession> => {
  refuseDisabled(account);
  const userId = account.id;
  const startedAt = new Date();
  const session = { id: newId(), userId, device: deviceOf(userAgent), expiresAt: new Date(startedAt.getTime() + sessionSeconds * 1000) };
  await tables.session.create({ data: { ...session, createdAt: startedAt } });
  await recordAudit(tables, origin, { action: 'session.started', userId, objectId: session.id });
  const refreshToken = await issueRefreshToken(tables, session.id);
  const grant = { userId, sessionId: session.id, sessionSecondsLeft: sessionSeconds, ...(challengeId === undefined ? {} : { challengeId }) };
  const { token, expiresIn } = signAccess(dependencies, grant);
  const alsoLogged = [sessionEvent('active', { ...session, startedAt })];
  const ended = await endOldestSessions(tables, origin, userId, { leave: limits.sessionsOfUser - 1, exceptSessionId: session.id, alsoLogged });
  return { tokens: { token, refreshToken, expiresIn }, ended };
};
