import { personalData, type AccountRecord, type AnswerOf, type RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { createExport, idAfter, type CallOfUser, type ExportSection } from '@chat-backend/service-kit';
import type { AuthDatabase } from '../db';
import { requireSession } from '../sessions/require-session';

type Endpoint = typeof personalData.exportAccount;
type Section = (database: AuthDatabase) => ExportSection<AccountRecord>;

/** Without what opens the account: hashes, codes and secrets are no record of the person. */
const account: Section = ({ tables }) => async (userId) => {
  const user = await tables.user.findUnique({ where: { id: userId } });
  if (user === null) return [];
  const { id, email, isVerified, isTwoFactorEnabled, userName, about, profileImage, age, createdAt, updatedAt } = user;
  return [{
    place: { id },
    record: {
      kind: 'account', id, email, isVerified, isTwoFactorEnabled, userName, about, profileImage, age,
      createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString(),
    },
  }];
};

const sessions: Section = ({ tables }) => async (userId, after, limit) => {
  const rows = await tables.session.findMany({ where: { userId, id: { gt: idAfter(after) } }, orderBy: { id: 'asc' }, take: limit });
  return rows.map(({ id, device, createdAt, expiresAt, revokedAt }) => ({
    place: { id },
    record: { kind: 'session', id, device, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null },
  }));
};

const mails: Section = ({ tables }) => async (userId, after, limit) => {
  const rows = await tables.mail.findMany({ where: { userId, id: { gt: idAfter(after) } }, orderBy: { id: 'asc' }, take: limit });
  return rows.map(({ id, kind, address, status, createdAt, sentAt }) => ({
    place: { id },
    record: { kind: 'mail', id, purpose: kind, address, status, createdAt: createdAt.toISOString(), sentAt: sentAt?.toISOString() ?? null },
  }));
};

/** What this service keeps of me. @throws Refusal SESSION_REVOKED, INVALID_REQUEST */
export const exportAccount = (database: AuthDatabase) => {
  const exportPage = createExport(personalData.exportAccount.name, [account(database), sessions(database), mails(database)]);
  return async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    await requireSession(database, caller);
    if (body.cursor === undefined) await recordAudit(database.tables, origin, { action: 'account.exported', userId: caller.userId });
    return exportPage(caller.userId, body.cursor);
  };
};
