import type { MessageRow, Tables } from '../checker/tables';
import type { Cluster } from '../cluster/start-cluster';

const rowsAtOnce = 20_000;
type Row = Omit<MessageRow, 'seq' | 'createdAt'> & { seq: string; createdAt: Date };

const pageAfter = (query: Cluster['query'], last: MessageRow | undefined): Promise<Row[]> => query<Row>(
  `select conversation_id as conversation, seq, id, sender_id as sender, recipient_id as recipient, is_group as "isGroup",
     client_message_id as "clientMessageId", body, created_at as "createdAt"
   from messages where $1::uuid is null or (conversation_id, seq) > ($1::uuid, $2::bigint) order by conversation_id, seq limit $3`,
  [last?.conversation ?? null, last?.seq ?? 0, rowsAtOnce]);

/** What is stored, when nothing changes any more. */
export const readTables = async ({ query }: Pick<Cluster, 'query'>): Promise<Tables> => {
  const messages: MessageRow[] = [];
  for (let page = await pageAfter(query, undefined); page.length > 0; page = await pageAfter(query, messages.at(-1))) {
    for (const row of page) messages.push({ ...row, seq: Number(row.seq), createdAt: row.createdAt.toISOString() });
  }
  const conversations = await query<{ id: string; lastSeq: string }>('select id, last_seq as "lastSeq" from conversations');
  const [outbox] = await query<{ count: string }>('select count(*) from message_outbox');
  return { messages, conversations: conversations.map(({ id, lastSeq }) => ({ id, lastSeq: Number(lastSeq) })), outboxLeft: Number(outbox?.count) };
};
