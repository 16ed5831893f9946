import { deepStrictEqual } from 'node:assert';
import { userEvent, type UserEvent } from '@chat-backend/contracts';
import { eventOfRow, type LoggedEvent, type Prisma } from '@chat-backend/database';
import type { DomainEvents } from '@chat-backend/events';
import type { TestDatabase } from './test-database';

interface EntryRow { user_id: string; kind: string; payload: Prisma.JsonValue; number: string; created_at: Date }

const readLogs = async (database: TestDatabase, condition: string, values: readonly unknown[]): Promise<LoggedEvent[]> => {
  const rows = await database.query<EntryRow>(`select user_id, kind, payload, number, created_at from user_log_entries where ${condition} order by user_id, number`, values);
  return rows.map(({ user_id: userId, kind, payload, number, created_at: createdAt }) => ({ userId, event: eventOfRow({ kind, payload, number: BigInt(number), createdAt }) }));
};

/** The log of a user as it is stored, in the order of its numbers. */
export const storedLog = async (database: TestDatabase, userId: string): Promise<UserEvent[]> =>
  (await readLogs(database, 'user_id = $1', [userId])).map(({ event }) => event);

const byPlace = (one: LoggedEvent, other: LoggedEvent): number =>
  one.userId === other.userId ? one.event.number - other.event.number : (one.userId < other.userId ? -1 : 1);

/** What an act adds to the logs of users, as it is announced. */
export type LogsWatch = (act: () => Promise<unknown>) => Promise<LoggedEvent[]>;

/** @returns what tells what an act adds, and fails unless just what is stored is announced, and as the contract says */
export const watchUserLogs = (database: TestDatabase, events: DomainEvents): LogsWatch => {
  const announced: LoggedEvent[] = [];
  events.on('user.changed', ({ logged }) => { announced.push(...logged); });
  return async (act) => {
    const before = await database.query<{ user_id: string; last_number: string }>('select user_id, last_number from user_logs');
    announced.length = 0;
    await act();
    const added = [...announced];
    const stored = await readLogs(
      database, 'number > coalesce((select last from unnest($1::uuid[], $2::bigint[]) as before(id, last) where before.id = user_log_entries.user_id), 0)',
      [before.map(({ user_id: userId }) => userId), before.map(({ last_number: last }) => last)]);
    deepStrictEqual(added.toSorted(byPlace), stored);
    deepStrictEqual(added.map(({ event }) => userEvent.parse(event)), added.map(({ event }) => event));
    return added;
  };
};

/** Lets every transaction that adds to the log of a user fail when it commits, as long as the act takes. */
export const whileCommitsFail = async <Result>(database: TestDatabase, act: () => Promise<Result>): Promise<Result> => {
  await database.query(`create function refuse_commit() returns trigger language plpgsql as $$ begin raise exception 'refused by a test'; end $$`);
  await database.query(
    'create constraint trigger refuse_commit after insert or update on user_log_entries deferrable initially deferred for each row execute function refuse_commit()');
  try {
    return await act();
  } finally {
    await database.query('drop function refuse_commit cascade');
  }
};
