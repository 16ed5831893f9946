import { Refusal, type Caller } from '@chat-backend/service-kit';
import type { AuthDatabase } from '../db';

/**
 * Asks the database whether the session of an access token goes on: no delay between its end and the refusal here.
 * @throws Refusal SESSION_REVOKED
 */
export const requireSession = async (database: AuthDatabase, { sessionId, userId }: Caller): Promise<void> => {
  const session = await database.tables.session.findFirst({ where: { id: sessionId, userId, revokedAt: null, expiresAt: { gt: new Date() } }, select: { id: true } });
  if (session === null) throw new Refusal('SESSION_REVOKED');
};
