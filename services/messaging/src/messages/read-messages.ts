import type { HotPool } from '@chat-backend/database';
import { messageColumns, type MessageRow } from './committed-message';

/** Which part of a conversation: afterSeq < seq < beforeSeq, and of that at most `limit`, from the old end or from the new one. */
export interface MessageRange { afterSeq?: number | undefined; beforeSeq?: number | undefined; limit: number; from: 'oldest' | 'newest' }

const statement = (name: string, direction: 'asc' | 'desc', condition: string) => ({
  name, rowMode: 'array' as const,
  text: `select ${messageColumns} from messages m where m.conversation_id = $1 and m.seq > $2 and m.seq < $3 ${condition} order by m.seq ${direction} limit $4`,
});
/** Nothing is read where the user is no member: Postgres asks that once, before the rows. */
const isMember = 'and (select true from group_members g where g.group_id = $1 and g.user_id = $5 limit 1) is not null';

const statements = {
  oldest: { anyone: statement('messages-oldest', 'asc', ''), member: statement('messages-oldest-member', 'asc', isMember) },
  newest: { anyone: statement('messages-newest', 'desc', ''), member: statement('messages-newest-member', 'desc', isMember) },
};

/**
 * Reads messages, always oldest first, along the primary key: as fast in a conversation of a million as in one of a thousand.
 * @param memberId given: nothing is found unless this user is a member of the group with the conversation's id
 */
export const readMessages = async (
  pool: HotPool, conversationId: string, { afterSeq = 0, beforeSeq = Number.MAX_SAFE_INTEGER, limit, from }: MessageRange, memberId?: string,
): Promise<MessageRow[]> => {
  const { rows } = await pool.query<MessageRow>({
    ...statements[from][memberId === undefined ? 'anyone' : 'member'],
    values: [conversationId, afterSeq, beforeSeq, limit, ...(memberId === undefined ? [] : [memberId])],
  });
  return from === 'newest' ? rows.reverse() : rows;
};
