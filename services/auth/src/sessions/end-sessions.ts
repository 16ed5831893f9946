import { appendUserLog, recordAudit, type AuditedCall, type LoggedEvent, type NewLogEntry } from '@chat-backend/database';
import { announceUserEvents, createAnnouncer, type Announcing } from '@chat-backend/service-kit';
import type { AuthTables } from '../db';
import { sessionEvent, type LoggedSession } from './session-event';

/** What ended and is in the logs of users; to be announced after the commit. */
export interface Ended { sessionIds: string[]; logged: LoggedEvent[] }

export const nothingEnded: Ended = { sessionIds: [], logged: [] };

/** The last step of the transaction. */
const recordEnds = async (tables: AuthTables, origin: AuditedCall, ended: readonly LoggedSession[], more: readonly NewLogEntry[] = []): Promise<Ended> => {
  // Who ends a session by a call is its user; an operator is named by the origin, and the user is whom it concerns.
  const of = (userId: string) => (origin.operator === undefined ? { userId } : { subjectId: userId });
  await recordAudit(tables, origin, ...ended.map(({ id, userId }) => ({ action: 'session.ended', ...of(userId), objectId: id }) as const));
  const logged = await appendUserLog(tables, [...ended.map((session) => sessionEvent('ended', session)), ...more]);
  return { sessionIds: ended.map(({ id }) => id), logged };
};

/** Ends one session of a user, as the last step of a transaction. @returns nothing if it was over before, or is not theirs */
export const endSession = async (tables: AuthTables, origin: AuditedCall, userId: string, sessionId: string): Promise<Ended> => {
  const ended = await tables.$queryRaw<LoggedSession[]>`
    update sessions set revoked_at = clock_timestamp()
    where id = ${sessionId}::uuid and user_id = ${userId}::uuid and revoked_at is null and expires_at > clock_timestamp()
    returning id, user_id as "userId", device, created_at as "startedAt", expires_at as "expiresAt"`;
  return recordEnds(tables, origin, ended);
};

export interface EndOptions {
  /** This one goes on. */
  exceptSessionId?: string;
  /** What else the transaction adds to logs: it may do so once, and last. */
  alsoLogged?: readonly NewLogEntry[];
}

/** Ends all sessions of a user, as the last step of a transaction that holds the account. */
export const endSessionsOfUser = async (
  tables: AuthTables, origin: AuditedCall, userId: string, { exceptSessionId, alsoLogged }: EndOptions = {},
): Promise<Ended> => {
  const ended = await tables.$queryRaw<LoggedSession[]>`
    update sessions set revoked_at = clock_timestamp()
    where user_id = ${userId}::uuid and revoked_at is null and expires_at > clock_timestamp() and id is distinct from ${exceptSessionId ?? null}::uuid
    returning id, user_id as "userId", device, created_at as "startedAt", expires_at as "expiresAt"`;
  return recordEnds(tables, origin, ended, alsoLogged);
};

/** Who had more than the bound comes down to it with each sign-in; no transaction grows with how many there are. */
const endedAtOnce = 100;

/** Ends the oldest sessions of a user until no more than so many others go on beside one, as the last step of a transaction that holds the account. */
export const endOldestSessions = async (
  tables: AuthTables, origin: AuditedCall, userId: string, { leave, exceptSessionId, alsoLogged }: EndOptions & { leave: number },
): Promise<Ended> => {
  const ended = await tables.$queryRaw<LoggedSession[]>`
    update sessions set revoked_at = clock_timestamp()
    where revoked_at is null and id in (
      select id from (
        select id, row_number() over (order by created_at desc, id desc) as place from sessions
        where user_id = ${userId}::uuid and revoked_at is null and expires_at > clock_timestamp() and id is distinct from ${exceptSessionId ?? null}::uuid) as going_on
      where place > ${leave} order by place desc limit ${endedAtOnce})
    returning id, user_id as "userId", device, created_at as "startedAt", expires_at as "expiresAt"`;
  return recordEnds(tables, origin, ended, alsoLogged);
};

/**
 * After the commit. Nobody waits for it: a Redis that does not answer must not hold the reply up, and who does not hear it asks
 * `revoked-since` within a second.
 */
export const announceEnd = (dependencies: Announcing, { sessionIds, logged }: Ended): void => {
  if (sessionIds.length > 0) createAnnouncer(dependencies)('session.revoked', { sessionIds });
  announceUserEvents(dependencies, logged);
};
