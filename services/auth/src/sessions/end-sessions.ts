import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';

/** Ends one session. @returns the ids of those that were not over before */
export const endSession = async (tables: AuthTables, sessionId: string): Promise<string[]> => {
  const ended = await tables.$queryRaw<{ id: string }[]>`
    update sessions set revoked_at = clock_timestamp() where id = ${sessionId}::uuid and revoked_at is null returning id`;
  return ended.map(({ id }) => id);
};

/** Ends all sessions of a user, but for the one named. @returns the ids of those that were not over before */
export const endSessionsOfUser = async (tables: AuthTables, userId: string, exceptSessionId: string | null = null): Promise<string[]> => {
  const ended = await tables.$queryRaw<{ id: string }[]>`
    update sessions set revoked_at = clock_timestamp()
    where user_id = ${userId}::uuid and revoked_at is null and id is distinct from ${exceptSessionId}::uuid returning id`;
  return ended.map(({ id }) => id);
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
