import type { NewUserEvent, UserEvent } from '@chat-backend/contracts';
import type { Prisma, PrismaClient } from './generated/client';

/** An event for the log of a user. */
export interface NewLogEntry { userId: string; event: NewUserEvent }
/** An event that has its place. */
export interface LoggedEvent { userId: string; event: UserEvent }

const subjectOf = (event: NewUserEvent): string => {
  switch (event.kind) {
    case 'friendship': return `friendship:${event.user.id}`;
    case 'membership': return `membership:${event.group.id}`;
    case 'read': return `read:${event.chatType}:${event.chatId}`;
    case 'profile': return 'profile';
    case 'session': return `session:${event.sessionId}`;
    case 'password': return 'password';
  }
};

interface Row { entry: number; number: bigint; created_at: Date }

/**
 * Appends to the logs of users within a transaction, as its last step: the logs stay locked until it commits, so that numbers are without a gap.
 * Call it once in a transaction, with no two entries of the same user and subject (SQL: append_user_log, which states its promises).
 * @returns the events with their numbers, to be announced as `user.changed` after the commit
 */
export const appendUserLog = async (transaction: Pick<PrismaClient, '$queryRaw'>, entries: readonly NewLogEntry[]): Promise<LoggedEvent[]> => {
  if (entries.length === 0) return [];
  const payloads = entries.map(({ event: { kind: _, ...payload } }) => JSON.stringify(payload));
  const rows = await transaction.$queryRaw<Row[]>`
    select entry, number, created_at from append_user_log(
      ${entries.map(({ userId }) => userId)}::uuid[], ${entries.map(({ event }) => subjectOf(event))}::text[],
      ${entries.map(({ event }) => event.kind)}::text[], ${payloads}::jsonb[])`;
  return rows.toSorted((one, other) => one.entry - other.entry).map(({ entry, number, created_at: createdAt }) => {
    const { userId, event } = entries[entry - 1] as NewLogEntry;
    return { userId, event: { ...event, number: Number(number), createdAt: createdAt.toISOString() } };
  });
};

/** A row of the log, as its user sees it. */
export const eventOfRow = ({ kind, payload, number, createdAt }: { kind: string; payload: Prisma.JsonValue; number: bigint; createdAt: Date }): UserEvent =>
  ({ ...(payload as object), kind, number: Number(number), createdAt: createdAt.toISOString() }) as UserEvent;
