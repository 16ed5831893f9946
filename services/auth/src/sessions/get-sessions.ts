import { limits, type AnswerOf, type RequestOf, type sessions } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from './require-session';

type Endpoint = typeof sessions.getSessions;

interface Row { id: string; device: string | null; startedAt: Date; lastUsedAt: Date; expiresAt: Date }

/** The user's sessions that go on. A session was last used when its newest refresh token was given out. @throws Refusal SESSION_REVOKED */
export const getSessions = ({ database }: Pick<AuthDependencies, 'database'>) => async ({ caller }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  await requireSession(database, caller);
  const rows = await database.tables.$queryRaw<Row[]>`
    select s.id, s.device, s.created_at as "startedAt", s.expires_at as "expiresAt",
      coalesce((select max(t.created_at) from refresh_tokens t where t.session_id = s.id), s.created_at) as "lastUsedAt"
    from sessions s where s.user_id = ${caller.userId}::uuid and s.revoked_at is null and s.expires_at > clock_timestamp()
    order by (s.id = ${caller.sessionId}::uuid) desc, "lastUsedAt" desc, s.id desc limit ${limits.pageSize}`;
  return {
    data: rows.map(({ id, device, startedAt, lastUsedAt, expiresAt }) => ({
      id, isCurrent: id === caller.sessionId, device, startedAt: startedAt.toISOString(), lastUsedAt: lastUsedAt.toISOString(), expiresAt: expiresAt.toISOString(),
    })),
  };
};
