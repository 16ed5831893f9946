import { messages, type AnswerOf, type Conversation, type RequestOf } from '@chat-backend/contracts';
import { createListPager, timeAndId, type CallOfUser } from '@chat-backend/service-kit';
import type { MessagingDatabase } from '../db';
import { messageColumns, storedFrom, type MessageRow } from '../messages/committed-message';

type Endpoint = typeof messages.getConversations;

const pager = createListPager(messages.getConversations.name, timeAndId);

/** Nothing was written in a group yet. */
type NoMessage = [conversationId: null, ...unknown[]];
type Row = [
  conversationId: string, chatId: string, isGroup: boolean, name: string | null, image: string | null,
  lastSeq: string, lastRevision: string, lastReadSeq: string, placeMs: string, isDeleted: boolean, ...lastMessage: MessageRow | NoMessage,
];

/**
 * One query, whose work is three looks into an index for each chat of the user, however long the histories are. A chat stands by the time of its last
 * message, which only rises: what is edited or deleted keeps its place.
 */
const statement = {
  name: 'conversations', rowMode: 'array' as const,
  text: `with mine as (
      select r.conversation_id, r.chat_id, false as is_group, r.last_read_seq, null::timestamptz as joined_at from chats r where r.user_id = $1 and not r.is_group
      union all
      select g.group_id, g.group_id, true, greatest(g.joined_seq, r.last_read_seq), g.joined_at from group_members g
      cross join lateral (select true from groups o where o.id = g.group_id and o.closed_at is null limit 1) open_group
      left join lateral (select r.last_read_seq from chats r where r.user_id = g.user_id and r.conversation_id = g.group_id limit 1) r on true
      where g.user_id = $1
    ),
    placed as (
      select mine.*, coalesce(c.last_seq, 0) as last_seq, coalesce(c.last_revision, 0) as last_revision, coalesce(newest.created_at, mine.joined_at) as at
      from mine
      left join lateral (select c.last_seq, c.last_revision from conversations c where c.id = mine.conversation_id limit 1) c on true
      left join lateral (select m.created_at from messages m where m.conversation_id = mine.conversation_id and m.seq = c.last_seq limit 1) newest on true
    ),
    page as materialized (
      select * from placed where $2::timestamptz is null or (at, conversation_id) < ($2, $3::uuid) order by at desc, conversation_id desc limit $4
    )
    select p.conversation_id, p.chat_id, p.is_group, coalesce(u.user_name, o.name), coalesce(u.profile_image, o.profile_image),
      p.last_seq, p.last_revision, p.last_read_seq, (date_part('epoch', p.at) * 1000)::bigint, not p.is_group and u.id is null, ${messageColumns}
    from page p
    left join lateral (select u.id, u.user_name, u.profile_image from users u where not p.is_group and u.id = p.chat_id limit 1) u on true
    left join lateral (select o.name, o.profile_image from groups o where p.is_group and o.id = p.chat_id limit 1) o on true
    left join lateral (select * from messages m where m.conversation_id = p.conversation_id and m.seq = p.last_seq limit 1) m on true
    order by p.at desc, p.conversation_id desc`,
};

const conversationFrom = ([, chatId, isGroup, name, image, lastSeq, lastRevision, lastReadSeq, , isDeleted, ...lastMessage]: Row): Conversation => ({
  chatId, chatType: isGroup ? 'group' : 'friend', user_name: name, profile_image: image,
  lastSeq: Number(lastSeq), lastRevision: Number(lastRevision), lastReadSeq: Number(lastReadSeq), unread: Number(lastSeq) - Number(lastReadSeq),
  lastMessage: lastMessage[0] === null ? null : storedFrom(lastMessage), ...(isDeleted ? { isDeleted } : {}),
});

/** My friend chats that have begun, whatever became of the friendship, and my groups; the one with the newest message first, a group without one by when I joined. */
export const getConversations = ({ hot }: MessagingDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { limit, after } = pager.read(body);
  const { rows } = await hot.query<Row>({ ...statement, values: [caller.userId, after?.at, after?.id, limit + 1] });
  const { page, paging } = pager.cut(rows, limit, ([id, , , , , , , , placeMs]) => ({ at: new Date(Number(placeMs)), id }));
  return { data: page.map(conversationFrom), ...paging };
};
