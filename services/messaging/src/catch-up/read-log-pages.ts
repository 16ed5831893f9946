import type { SyncReply } from '@chat-backend/contracts';
import { eventOfRow, type Prisma } from '@chat-backend/database';
import type { ClientBase } from 'pg';

type LogPage = SyncReply['log'];

/** Whose log, and after which number; without one, where it ends is all that is asked. */
export interface LogCursor { userId: string; afterNumber: number | undefined }

type NoEvent = [null, ...unknown[]];
type Row = [position: string, lastNumber: string | null, ...event: [number: string, kind: string, payload: Prisma.JsonValue, createdAtMs: string] | NoEvent];

const statement = {
  name: 'log-pages', rowMode: 'array' as const,
  text: `select w.position, l.last_number, e.number, e.kind, e.payload, (date_part('epoch', e.created_at) * 1000)::bigint
    from unnest($1::uuid[], $2::bigint[]) with ordinality as w(user_id, after_number, position)
    left join lateral (select l.last_number from user_logs l where l.user_id = w.user_id limit 1) l on true
    left join lateral (
      select * from user_log_entries e where e.user_id = w.user_id and e.number > w.after_number order by e.number limit $3
    ) e on true
    order by w.position, e.number`,
};

/** A page that is full ends where it ended; any other one ends where the log does, also when that is before the cursor. */
const pageOf = ({ afterNumber }: LogCursor, rows: readonly Row[], entriesAtMost: number): LogPage => {
  const lastNumber = Number(rows[0]?.[1] ?? 0);
  const events = rows.flatMap(([, , ...event]) => (event[0] === null ? [] : [eventOfRow({
    number: BigInt(event[0]), kind: event[1], payload: event[2], createdAt: new Date(Number(event[3])),
  })]));
  const isFull = events.length === entriesAtMost;
  return { fromNumber: afterNumber ?? lastNumber, toNumber: isFull ? events.at(-1)?.number ?? lastNumber : lastNumber, lastNumber, events };
};

/** A page of the log of each user, in one query. */
export const readLogPages = async (client: ClientBase, cursors: readonly LogCursor[], entriesAtMost: number): Promise<LogPage[]> => {
  const { rows } = await client.query<Row>({
    ...statement, values: [cursors.map(({ userId }) => userId), cursors.map(({ afterNumber }) => afterNumber ?? null), entriesAtMost],
  });
  const rowsOf = cursors.map((): Row[] => []);
  for (const row of rows) rowsOf[Number(row[0]) - 1]?.push(row);
  return cursors.map((cursor, index) => pageOf(cursor, rowsOf[index] ?? [], entriesAtMost));
};
