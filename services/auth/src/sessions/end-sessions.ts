import { recordAudit, type AuditedCall } from '@chat-backend/database';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';

interface Ended { id: string; userId: string }

const recordEnds = async (tables: AuthTables, origin: AuditedCall, ended: readonly Ended[]): Promise<string[]> => {
  await recordAudit(tables, origin, ...ended.map(({ id, userId }) => ({ action: 'session.ended', userId, objectId: id }) as const));
  return ended.map(({ id }) => id);
};

/** Ends one session, and records it. Within a transaction. @returns the ids of those that were not over before */
export const endSession = async (tables: AuthTables, origin: AuditedCall, sessionId: string): Promise<string[]> => {
  const ended = await tables.$queryRaw<Ended[]>`
    update sessions set revoked_at = clock_timestamp() where id = ${sessionId}::uuid and revoked_at is null returning id, user_id as "userId"`;
  return recordEnds(tables, origin, ended);
};

/** Ends all sessions of a user, but for the one named, and records it. Within a transaction. @returns the ids of those that were not over before */
export const endSessionsOfUser = async (
  tables: AuthTables, origin: AuditedCall, userId: string, exceptSessionId: string | null = null,
): Promise<string[]> => {
  const ended = await tables.$queryRaw<Ended[]>`
    update sessions set revoked_at = clock_timestamp()
    where user_id = ${userId}::uuid and revoked_at is null and id is distinct from ${exceptSessionId}::uuid returning id, user_id as "userId"`;
  return recordEnds(tables, origin, ended);
};

/** After commit. Who does not hear it asks `revoked-since` within a second, so a failure is only logged. */
export const announceEnd = async ({ events, logger }: Pick<AuthDependencies, 'events' | 'logger'>, sessionIds: string[]): Promise<void> => {
  if (sessionIds.length === 0) return;
  try {
    await events.publish('session.revoked', { sessionIds });
  } catch (error) {
    logger.warn({ err: error }, 'the end of sessions was not announced; the other processes ask for it');
  }
};
