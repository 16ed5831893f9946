import type { ChangedMessage } from '@chat-backend/contracts';
import type { Announce } from '@chat-backend/service-kit';
import type { ClientBase } from 'pg';
import type { MessagingDatabase } from '../db';
import { messageColumns, storedFrom, type MessageRow } from '../messages/committed-message';
import { holdConversation } from '../messages/hold-conversation';
import { runInTransaction } from '../run-in-transaction';

/** Whose messages, and where. */
export interface OwnMessages { userId: string; conversationId: string; isGroup: boolean }

const atOnce = 100;

const versionStatement = {
  name: 'membership-version', rowMode: 'array' as const, text: 'select g.membership_version from groups g where g.id = $1',
};
/**
 * As delete-message does, for many: revisions are taken under the lock, without a gap. No digest of the text is left, as nobody can repeat the send any more.
 * Along the index of (conversation, sender, client message id): however much others wrote there.
 */
const eraseStatement = {
  name: 'erase-messages', rowMode: 'array' as const,
  text: `with page as materialized (
      select m.seq, row_number() over (order by m.client_message_id) as place from messages m
      where m.conversation_id = $1 and m.sender_id = $2 and m.client_message_id > $3 and (m.deleted_at is null or m.sent_digest is not null)
      order by m.client_message_id limit $4
    ),
    advanced as (
      update conversations set last_revision = last_revision + (select count(*) from page) where id = $1 and (select true from page limit 1) returning last_revision
    )
    update messages m set revision = a.last_revision - (select count(*) from page) + p.place, updated_at = clock_timestamp(), body = '',
      deleted_at = coalesce(m.deleted_at, clock_timestamp()), sent_digest = null
    from page p, advanced a where m.conversation_id = $1 and m.seq = p.seq returning ${messageColumns}`,
};

const deleteChatStatement = { name: 'delete-chat', text: 'delete from chats where user_id = $1 and conversation_id = $2' };

/** By the chat the messages are found: it goes with the last of them, under the same lock, so that what is sent at this moment is found by a chat of its own. */
const eraseSome = async (client: ClientBase, { userId, conversationId, isGroup }: OwnMessages, after: string): Promise<ChangedMessage[]> => {
  await holdConversation(client, conversationId);
  const { rows: [group] } = isGroup ? await client.query<[version: string]>({ ...versionStatement, values: [conversationId] }) : { rows: [] };
  const { rows } = await client.query<MessageRow>({ ...eraseStatement, values: [conversationId, userId, after, atOnce] });
  if (rows.length < atOnce) await client.query({ ...deleteChatStatement, values: [userId, conversationId] });
  return rows.map((row) => ({
    conversationId, ...(group === undefined ? {} : { membershipVersion: Number(group[0]) }),
    message: { ...storedFrom(row), chatType: isGroup ? 'group' as const : 'friend' as const },
  })).sort((one, other) => one.message.revision - other.message.revision);
};

/**
 * Takes back everything that a user wrote in a conversation, and then the user's chat, a hundred messages at a time, each hundred under the conversation's
 * lock and announced after its commit: others send in between, and clients learn of it as of every change.
 */
export const eraseMessages = async ({ changing }: Pick<MessagingDatabase, 'changing'>, announce: Announce, own: OwnMessages, signal: AbortSignal): Promise<void> => {
  for (let after = '00000000-0000-0000-0000-000000000000', isMore = true; isMore && !signal.aborted;) {
    const changed = await runInTransaction(changing, 'begin', (client) => eraseSome(client, own, after));
    if (changed.length > 0) announce('message.changed', { changed });
    after = changed.at(-1)?.message.clientMessageId ?? after;
    isMore = changed.length === atOnce;
  }
};
