import type { InternalCalls } from '@chat-backend/contracts';
import type { MessagingDatabase } from '../db';

type LowestUnpushed = InternalCalls['lowest-unpushed'];

interface Row { conversationId: string; seq: string }

/** The newest entries: what is on its way and, while Redis is away, what a client has caught up with long since. Beyond so many nobody waits for the rest to be read. */
const entriesAtMost = 5_000;

const statement = {
  name: 'lowest-unpushed',
  text: `select u.conversation_id as "conversationId", min(u.seq) as seq
    from (select conversation_ids, seqs from message_outbox order by id desc limit $2) o cross join lateral unnest(o.conversation_ids, o.seqs) as u(conversation_id, seq)
    where o.conversation_ids && $1::uuid[] and u.conversation_id = any ($1::uuid[]) group by u.conversation_id`,
};

/**
 * For a process that is about to push a conversation of which it has pushed nothing yet. What lies behind thousands of later entries counts as having left. The reply is in the order of the request.
 */
export const lowestUnpushed = ({ hot }: Pick<MessagingDatabase, 'hot'>) => async ({ conversationIds }: LowestUnpushed['request']): Promise<LowestUnpushed['reply']> => {
  const { rows } = await hot.query<Row>({ ...statement, values: [conversationIds, entriesAtMost] });
  const lowest = new Map(rows.map(({ conversationId, seq }) => [conversationId, Number(seq)]));
  return { seqs: conversationIds.map((conversationId) => lowest.get(conversationId) ?? null) };
};
