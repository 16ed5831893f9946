import { limits } from '@chat-backend/contracts';
import type { AuthTables } from '../db';

export interface LivingSession { id: string; device: string | null; startedAt: Date; lastUsedAt: Date; expiresAt: Date }

/** The user's sessions that go on, the named one first. A session was last used when its newest refresh token was given out. */
export const sessionsOfUser = (tables: AuthTables, userId: string, firstSessionId: string | null = null): Promise<LivingSession[]> => tables.$queryRaw<LivingSession[]>`
  select s.id, s.device, s.created_at as "startedAt", s.expires_at as "expiresAt",
    coalesce((select max(t.created_at) from refresh_tokens t where t.session_id = s.id), s.created_at) as "lastUsedAt"
  from sessions s where s.user_id = ${userId}::uuid and s.revoked_at is null and s.expires_at > clock_timestamp()
  order by coalesce(s.id = ${firstSessionId}::uuid, false) desc, "lastUsedAt" desc, s.id desc limit ${limits.pageSize}`;
