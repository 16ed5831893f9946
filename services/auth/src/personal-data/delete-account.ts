import type { AnswerOf, personalData, RequestOf } from '@chat-backend/contracts';
import { deletionParts, recordAudit, type AuditedCall } from '@chat-backend/database';
import { createAnnouncer, Refusal, type CallOfUser } from '@chat-backend/service-kit';
import { signIn, type HeldAccount } from '../accounts/sign-in';
import { wakeDelivery } from '../challenges/record-mail';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import type { RefusedCode } from '../two-factor/take-code';
import { proveSecondFactor } from './prove-second-factor';

type Endpoint = typeof personalData.deleteAccount;
type Outcome = RefusedCode | { sessionIds: string[] };

const goesOn = ({ revokedAt, expiresAt }: { revokedAt: Date | null; expiresAt: Date }): boolean => revokedAt === null && expiresAt > new Date();

/**
 * Leaves nothing of the account in this service's tables but ids, with what the other services need to do their part. Refresh tokens go first: who
 * renews a session at this moment holds its token and then asks for the session.
 * @returns the sessions that this ended
 */
const deleteHeldAccount = async (tables: AuthTables, origin: AuditedCall, { id: userId }: HeldAccount, erasesMessages: boolean): Promise<string[]> => {
  await tables.refreshToken.deleteMany({ where: { session: { userId } } });
  const sessions = await tables.session.findMany({ where: { userId }, select: { id: true, revokedAt: true, expiresAt: true } });
  const sessionIds = sessions.map(({ id }) => id);
  // By the database's clock, as whoever asks for it later goes by that.
  await tables.$executeRaw`
    insert into account_deletions (user_id, erases_messages, session_ids, parts_left, requested_at)
    values (${userId}::uuid, ${erasesMessages}, ${sessionIds}::uuid[], ${[...deletionParts]}::text[], clock_timestamp())`;
  await recordAudit(tables, origin, { action: 'account.deletion-begun', userId }, ...sessions.filter(goesOn).map(({ id }) =>
    ({ action: 'session.ended', userId, objectId: id }) as const));
  // Sessions, challenges, mails, and what belongs to two-factor go with it.
  await tables.user.delete({ where: { id: userId }, select: { id: true } });
  return sessionIds;
};

/**
 * Deletes the account of the caller, who gives the password again, and a code where two-factor is on. With the commit nobody is signed in any more, the
 * address is free, and the name is gone from everything that is read; what the other services hold goes from there on, whatever happens
 * (docs/adr/0017).
 * @throws Refusal SESSION_REVOKED, WRONG_CREDENTIALS, CODE_REQUIRED, WRONG_CODE, CHALLENGE_EXPIRED, TOO_MANY_WRONG_CODES, BUSY
 */
export const deleteAccount = (dependencies: AuthDependencies) => async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database } = dependencies;
  await requireSession(database, caller);
  const user = await database.tables.user.findUnique({ where: { id: caller.userId }, select: { email: true } });
  if (user === null) throw new Refusal('SESSION_REVOKED');
  // The refusal of a code is returned and not thrown: what was counted must be committed.
  const outcome = await signIn(dependencies, user.email, body.password, async (tables, account): Promise<Outcome> => {
    // The address is another account's by now.
    if (account.id !== caller.userId) throw new Refusal('WRONG_CREDENTIALS');
    const proven = await proveSecondFactor(dependencies, tables, account, { otp: body.otp, origin });
    return 'refusal' in proven ? proven : { sessionIds: await deleteHeldAccount(tables, origin, account, body.messages === 'erase') };
  });
  if ('refusal' in outcome) {
    wakeDelivery(dependencies, outcome.mailId);
    throw outcome.refusal;
  }
  const announce = createAnnouncer(dependencies);
  announce('session.revoked', { sessionIds: outcome.sessionIds, accountDeleted: true });
  announce('account.deleted', { userId: caller.userId });
  return {};
};
