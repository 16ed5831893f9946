import type { ClientBase } from 'pg';
import { messageColumns, type MessageRow } from '../messages/committed-message';

/** What may still be answered to one request. */
export interface Allowance {
  messages: number;
  characters: number;
  /** Nothing was answered yet: one message is, whatever its size, so that asking again and again always comes to an end. */
  isUntouched: boolean;
}

/** What is missing of a conversation: so many messages after this `seq`, or at most so many changed ones after this `revision`. */
export interface Gap { request: number; conversationId: string; after: number; missing: number }

type Row = [...MessageRow, position: string];

/**
 * Each gap is read along its index and no further than its share. Characters are counted as bytes of UTF-8, which are never fewer: Postgres knows them
 * without unpacking the texts.
 */
const statement = (name: string, column: 'seq' | 'revision', condition: string) => ({
  name, rowMode: 'array' as const,
  text: `select ${messageColumns}, m.position from (
      select w.position, w.characters, w.is_untouched, m.*, sum(octet_length(m.body)) over walk as through, row_number() over walk as place
      from unnest($1::int[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::boolean[])
        with ordinality as w(request, conversation_id, after, share, characters, is_untouched, position)
      cross join lateral (
        select * from messages m where m.conversation_id = w.conversation_id and m.${column} > w.after ${condition} order by m.${column} limit w.share
      ) m
      window walk as (partition by w.request order by w.position, m.${column})
    ) m
    where m.through <= m.characters or (m.place = 1 and m.is_untouched) order by m.position, m.${column}`,
});
const statements = {
  seq: statement('gaps-seq', 'seq', ''),
  // As the condition of its index says.
  revision: statement('gaps-revision', 'revision', 'and m.revision > 0'),
};

type SharedGap = Gap & Allowance & { index: number; share: number };

/** Gives each gap, in their order, what its request still may have; those that get nothing are left out. */
const shareOut = (gaps: readonly Gap[], allowances: readonly Allowance[]): SharedGap[] => {
  const left = allowances.map(({ messages }) => messages);
  return gaps.flatMap((gap, index) => {
    const { request, missing } = gap;
    const allowance = allowances[request];
    const share = Math.min(missing, left[request] ?? 0);
    left[request] = (left[request] ?? 0) - share;
    return share > 0 && allowance !== undefined ? [{ ...gap, ...allowance, index, share }] : [];
  });
};

/** What was read took from the allowances. A text that did not fit ended its gap early, and nothing comes after it. */
const spend = (allowances: readonly Allowance[], shared: readonly SharedGap[], found: readonly MessageRow[][]): Allowance[] => {
  const left = allowances.map((allowance) => ({ ...allowance }));
  for (const { request, index, share } of shared) {
    const allowance = left[request];
    const rows = found[index] ?? [];
    if (allowance === undefined) continue;
    allowance.messages = rows.length < share ? 0 : allowance.messages - rows.length;
    allowance.characters -= rows.reduce((sum, [, , , , , , , , body]) => sum + Buffer.byteLength(body), 0);
    allowance.isUntouched &&= rows.length === 0;
  }
  return left;
};

/**
 * What is missing of many conversations for many requests, in one query.
 * @param allowances of the requests, in their order
 * @returns for each gap its beginning, as far as the request's allowance reached; and what is left of the allowances
 */
export const readGaps = async (
  client: ClientBase, by: keyof typeof statements, gaps: readonly Gap[], allowances: readonly Allowance[],
): Promise<{ found: MessageRow[][]; left: Allowance[] }> => {
  const found = gaps.map((): MessageRow[] => []);
  const shared = shareOut(gaps, allowances);
  if (shared.length === 0) return { found, left: [...allowances] };
  const { rows } = await client.query<Row>({
    ...statements[by],
    values: [
      shared.map(({ request }) => request), shared.map(({ conversationId }) => conversationId), shared.map(({ after }) => after),
      shared.map(({ share }) => share), shared.map(({ characters }) => characters), shared.map(({ isUntouched }) => isUntouched),
    ],
  });
  for (const row of rows) {
    const gap = shared[Number(row.at(-1)) - 1];
    found[gap?.index ?? -1]?.push(row.slice(0, -1) as MessageRow);
  }
  return { found, left: spend(allowances, shared, found) };
};
