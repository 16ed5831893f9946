import { personalData, type AnswerOf, type MessagesRecord, type RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { createExport, idAfter, type CallOfUser, type ExportedRow, type ExportSection } from '@chat-backend/service-kit';
import type { MessagingDatabase } from '../db';
import { messageColumns, storedFrom, type MessageRow } from '../messages/committed-message';
import { readChats, type ChatRow } from './read-chats';

type Endpoint = typeof personalData.exportMessages;
type Section = (database: MessagingDatabase) => ExportSection<MessagesRecord>;

const conversations: Section = ({ tables }) => async (userId, after, limit) => {
  const rows = await tables.chat.findMany({ where: { userId, conversationId: { gt: idAfter(after) } }, orderBy: { conversationId: 'asc' }, take: limit });
  return rows.map(({ conversationId, chatId, isGroup, lastReadSeq }) => ({
    place: { id: conversationId }, record: { kind: 'conversation', chatId, chatType: isGroup ? 'group' : 'friend', lastReadSeq: Number(lastReadSeq) },
  }));
};

/**
 * The first messages of a list of chats, each after a key. The keys of the page are found along an index, at most a page of each chat; only then the rows
 * are read: no more texts than the page holds.
 */
const statement = (name: string, key: string, type: string, condition: string) => ({
  name, rowMode: 'array' as const,
  text: `with keys as materialized (
      select k.* from unnest($1::uuid[], $2::${type}[]) as c(conversation_id, after) cross join lateral (
        select m.conversation_id, m.sender_id, m.${key} from messages m
        where m.conversation_id = c.conversation_id and m.${key} > c.after ${condition} order by m.${key} limit $3
      ) k order by k.conversation_id, k.${key} limit $3
    )
    select ${messageColumns} from keys k join messages m on m.conversation_id = k.conversation_id and m.sender_id = k.sender_id and m.${key} = k.${key}
    order by m.conversation_id, m.${key}`,
});

/** Of one kind of chats: which messages of them, by which key. */
interface Kind<Key> { isGroup: boolean; statement: ReturnType<typeof statement>; first: Key; beyond: Key; keyOf(row: MessageRow): Key }

/** A friend chat is both users', so all that was written there. */
const friendChats: Kind<number> = {
  isGroup: false, statement: statement('export-friend-messages', 'seq', 'bigint', ''), first: 0, beyond: Number.MAX_SAFE_INTEGER, keyOf: ([, seq]) => Number(seq),
};
/** In a group what I wrote: along the index by which repeats are known, however much the others wrote. */
const groupChats: Kind<string> = {
  isGroup: true, statement: statement('export-group-messages', 'client_message_id', 'uuid', 'and m.sender_id = $4'),
  first: '00000000-0000-0000-0000-000000000000', beyond: 'ffffffff-ffff-ffff-ffff-ffffffffffff', keyOf: ([, , , , , , clientMessageId]) => clientMessageId,
};

const messageFrom = (row: MessageRow, chats: readonly ChatRow[]): MessagesRecord => ({
  kind: 'message', chatId: chats.find(({ conversationId }) => conversationId === row[0])?.chatId ?? row[4], chatType: row[5] ? 'group' : 'friend', ...storedFrom(row),
});

interface From<Key> { conversationId: string; key: Key }

/** Goes on through the chats, a page of them at a time, until the page of messages is full. */
const readFrom = async <Key>({ hot }: MessagingDatabase, kind: Kind<Key>, userId: string, start: From<Key>, limit: number): Promise<{ row: MessageRow; record: MessagesRecord }[]> => {
  const found: { row: MessageRow; record: MessagesRecord }[] = [];
  for (let from = start; ;) {
    const { chats, isAll } = await readChats(hot, userId, kind.isGroup, from.conversationId);
    const afters = chats.map(({ conversationId }) => (conversationId === from.conversationId ? from.key : kind.first));
    const { rows } = await hot.query<MessageRow>({
      ...kind.statement, values: [chats.map(({ conversationId }) => conversationId), afters, limit - found.length, ...(kind.isGroup ? [userId] : [])],
    });
    found.push(...rows.map((row) => ({ row, record: messageFrom(row, chats) })));
    if (isAll || found.length >= limit) return found;
    from = { conversationId: chats.at(-1)?.conversationId ?? '', key: kind.beyond };
  }
};

const friendMessages: Section = (database) => async (userId, after, limit): Promise<ExportedRow<MessagesRecord>[]> => {
  const found = await readFrom(database, friendChats, userId, { conversationId: idAfter(after), key: after?.seq ?? friendChats.first }, limit);
  return found.map(({ row, record }) => ({ place: { id: row[0], seq: friendChats.keyOf(row) }, record }));
};

const groupMessages: Section = (database) => async (userId, after, limit): Promise<ExportedRow<MessagesRecord>[]> => {
  const found = await readFrom(database, groupChats, userId, { conversationId: idAfter(after), key: after?.clientMessageId ?? groupChats.first }, limit);
  return found.map(({ row, record }) => ({ place: { id: row[0], clientMessageId: groupChats.keyOf(row) }, record }));
};

/**
 * What this service keeps of me: my chats and how far I read each, what I wrote, and what was written to me in friend chats. What others wrote in groups is
 * theirs. Chats name every conversation in which I ever wrote, also those of groups that I have left.
 * @throws Refusal INVALID_REQUEST
 */
export const exportMessages = (database: MessagingDatabase) => {
  const exportPage = createExport(personalData.exportMessages.name, [conversations(database), friendMessages(database), groupMessages(database)]);
  return async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    if (body.cursor === undefined) await recordAudit(database.tables, origin, { action: 'account.exported', userId: caller.userId });
    return exportPage(caller.userId, body.cursor);
  };
};
