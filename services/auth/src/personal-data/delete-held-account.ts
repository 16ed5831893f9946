import type { AuditEntry } from '@chat-backend/contracts';
import { deletionParts, recordAudit, type AuditedCall } from '@chat-backend/database';
import type { HeldAccount } from '../accounts/sign-in';
import type { AuthTables } from '../db';

export interface Deletion {
  /** What the audit log says of it. */
  recordedAs: AuditEntry;
  /** Takes the texts of the person's messages back, too. */
  erasesMessages: boolean;
}

const goesOn = ({ revokedAt, expiresAt }: { revokedAt: Date | null; expiresAt: Date }): boolean => revokedAt === null && expiresAt > new Date();

/**
 * Leaves nothing of the account in this service's tables but ids, with what the other services need to do their part (docs/adr/0017). Refresh tokens go
 * first: who renews a session at this moment holds its token and then asks for the session.
 * @returns the sessions that this ended
 */
export const deleteHeldAccount = async (
  tables: AuthTables, origin: AuditedCall, { id: userId }: HeldAccount, { recordedAs, erasesMessages }: Deletion,
): Promise<string[]> => {
  await tables.refreshToken.deleteMany({ where: { session: { userId } } });
  const sessions = await tables.session.findMany({ where: { userId }, select: { id: true, revokedAt: true, expiresAt: true } });
  const sessionIds = sessions.map(({ id }) => id);
  // By the database's clock, as whoever asks for it later goes by that.
  await tables.$executeRaw`
    insert into account_deletions (user_id, erases_messages, session_ids, parts_left, requested_at)
    values (${userId}::uuid, ${erasesMessages}, ${sessionIds}::uuid[], ${[...deletionParts]}::text[], clock_timestamp())`;
  await recordAudit(tables, origin, recordedAs, ...sessions.filter(goesOn).map(({ id }) => ({ action: 'session.ended', userId, objectId: id }) as const));
  // Sessions, challenges, mails, and what belongs to two-factor go with it.
  await tables.user.delete({ where: { id: userId }, select: { id: true } });
  return sessionIds;
};
