import type { ChatType } from '@chat-backend/contracts';
import type { ClientBase, Pool } from 'pg';
import { conversationOf } from './conversation-of';

/** A chat as one of its users names it. */
export interface ChatOfUser { userId: string; chatType: ChatType; chatId: string }

/** Where a chat ends, and how far its user has read. All zero when nothing was written yet. */
export interface ChatState {
  conversationId: string;
  /** The user is not in the group, or it is closed, or was never there. A friend chat needs no check: its id is made from the two users. */
  isGone: boolean;
  lastSeq: number;
  lastRevision: number;
  lastReadSeq: number;
}

type Row = [lastSeq: string, lastRevision: string, lastReadSeq: string, isGone: boolean];

/** Rows are found by `lateral … limit 1`: whatever a table's size was when the statement was planned, each is one look into its index. */
const statement = {
  name: 'chat-states', rowMode: 'array' as const,
  text: `select coalesce(c.last_seq, 0), coalesce(c.last_revision, 0), coalesce(greatest(r.last_read_seq, m.joined_seq), 0), w.is_group and m.joined_seq is null
    from unnest($1::uuid[], $2::uuid[], $3::boolean[]) with ordinality as w(user_id, conversation_id, is_group, position)
    left join lateral (select c.last_seq, c.last_revision from conversations c where c.id = w.conversation_id limit 1) c on true
    left join lateral (select r.last_read_seq from chats r where r.user_id = w.user_id and r.conversation_id = w.conversation_id limit 1) r on true
    left join lateral (
      select m.joined_seq from group_members m, lateral (select true from groups g where g.id = m.group_id and g.closed_at is null limit 1) open_group
      where w.is_group and m.group_id = w.conversation_id and m.user_id = w.user_id limit 1
    ) m on true
    order by w.position`,
};

const goneState = { isGone: true, lastSeq: 0, lastRevision: 0, lastReadSeq: 0 };

/** The states of many chats of many users, in one query, in the order of the chats. */
export const readChatStates = async (connection: Pool | ClientBase, chats: readonly ChatOfUser[]): Promise<ChatState[]> => {
  if (chats.length === 0) return [];
  const conversationIds = chats.map(({ userId, chatType, chatId }) => conversationOf(userId, chatType, chatId));
  const { rows } = await connection.query<Row>({
    ...statement, values: [chats.map(({ userId }) => userId), conversationIds, chats.map(({ chatType }) => chatType === 'group')],
  });
  return rows.map(([lastSeq, lastRevision, lastReadSeq, isGone], index) => {
    const conversationId = conversationIds[index] ?? '';
    return isGone
      ? { conversationId, ...goneState }
      : { conversationId, isGone, lastSeq: Number(lastSeq), lastRevision: Number(lastRevision), lastReadSeq: Number(lastReadSeq) };
  });
};
