import type { AnswerOf, RequestOf, sessions } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from './require-session';
import { sessionsOfUser } from './sessions-of-user';

type Endpoint = typeof sessions.getSessions;

/** The user's sessions that go on. @throws Refusal SESSION_REVOKED */
export const getSessions = ({ database }: Pick<AuthDependencies, 'database'>) => async ({ caller }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  await requireSession(database, caller);
  const rows = await sessionsOfUser(database.tables, caller.userId, caller.sessionId);
  return {
    data: rows.map(({ id, device, startedAt, lastUsedAt, expiresAt }) => ({
      id, isCurrent: id === caller.sessionId, device, startedAt: startedAt.toISOString(), lastUsedAt: lastUsedAt.toISOString(), expiresAt: expiresAt.toISOString(),
    })),
  };
};
