import type { AuditedCall } from '@chat-backend/database';
import { Refusal, type Announcing } from '@chat-backend/service-kit';
import { holdAccount } from '../accounts/hold-account';
import type { AuthDependencies } from '../dependencies';
import { announceEnd, endSession, endSessionsOfUser } from '../sessions/end-sessions';

/**
 * Ends one session of a user, or all of them; the sockets of each go with it.
 * @returns how many ended
 * @throws Refusal SESSION_NOT_FOUND for one that is over, was never there, or is somebody else's
 */
export const endSessionsByOperator = (dependencies: Pick<AuthDependencies, 'database'> & Announcing) =>
  async (origin: AuditedCall, userId: string, sessionId: string | 'all'): Promise<number> => {
    const ended = await dependencies.database.transaction(async (tables) => {
      if (await holdAccount(tables, userId) === null) throw new Refusal('USER_NOT_FOUND');
      return sessionId === 'all' ? endSessionsOfUser(tables, origin, userId) : endSession(tables, origin, userId, sessionId);
    });
    if (sessionId !== 'all' && ended.sessionIds.length === 0) throw new Refusal('SESSION_NOT_FOUND');
    announceEnd(dependencies, ended);
    return ended.sessionIds.length;
  };
