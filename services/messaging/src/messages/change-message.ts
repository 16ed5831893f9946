import { fields, type StoredMessage } from '@chat-backend/contracts';
import { type Announce, enforce, Refusal } from '@chat-backend/service-kit';
import type { ClientBase } from 'pg';
import { checkMayWrite } from '../chats/check-may-write';
import { conversationOf } from '../chats/conversation-of';
import type { ChatOfUser } from '../chats/read-chat-states';
import type { MessagingDatabase } from '../db';
import { policies } from '../policies';
import { runInTransaction } from '../run-in-transaction';
import { messageColumns, storedFrom, type MessageRow } from './committed-message';
import { holdConversation } from './hold-conversation';
import { refuseWhatMayPass } from './try-again';

/** What a message of the user's own shall say. `null`: it is taken back. */
export interface Change extends ChatOfUser { seq: number; text: string | null }
/** Resolves to what the message is then. */
export type ChangeMessage = (change: Change) => Promise<StoredMessage>;

const readStatement = {
  name: 'message', rowMode: 'array' as const, text: `select ${messageColumns} from messages m where m.conversation_id = $1 and m.seq = $2`,
};
/** Revisions are taken under the lock: without a gap, and visible in their order. The first change leaves the digest of what was sent. */
const changeStatement = {
  name: 'change-message', rowMode: 'array' as const,
  text: `with advanced as (update conversations set last_revision = last_revision + 1 where id = $1 returning last_revision)
    update messages m set revision = a.last_revision, updated_at = clock_timestamp(), body = coalesce($3::text, ''),
      deleted_at = case when $3::text is null then clock_timestamp() end, sent_digest = coalesce(m.sent_digest, digest_of_sent(m.id, m.body))
    from advanced a where m.conversation_id = $1 and m.seq = $2 returning ${messageColumns}`,
};

/** @throws Refusal MESSAGE_NOT_FOUND, NOT_THE_SENDER */
const readOwn = async (client: ClientBase, conversationId: string, { userId, seq, text }: Change): Promise<StoredMessage> => {
  const { rows: [row] } = await client.query<MessageRow>({ ...readStatement, values: [conversationId, seq] });
  const message = row === undefined ? undefined : storedFrom(row);
  if (message === undefined || message.deletedAt !== undefined) throw new Refusal('MESSAGE_NOT_FOUND');
  enforce(policies[text === null ? 'delete-message' : 'edit-message']({ isMine: message.from === userId }));
  return message;
};

/**
 * Which rule the text has to keep, only the message itself says.
 * @throws Refusal INVALID_REQUEST
 */
const checkText = ({ messageType }: StoredMessage, text: string | null): void => {
  if (text === null || fields.isTextOfType(messageType, text)) return;
  throw new Refusal('INVALID_REQUEST', { errors: [{ field: 'message', message: fields.unsafeLink }] });
};

const write = async (client: ClientBase, conversationId: string, { seq, text }: Change): Promise<StoredMessage> => {
  const { rows: [row] } = await client.query<MessageRow>({ ...changeStatement, values: [conversationId, seq, text] });
  if (row === undefined) throw new Error('a message that was read under the lock is gone');
  return storedFrom(row);
};

/**
 * Changes a message under its conversation's lock and announces it after the commit. What says already what it shall stays as it is, without a new
 * revision. It waits on a connection of its own, so that no send stands behind it.
 * @throws Refusal MESSAGE_NOT_FOUND, NOT_THE_SENDER, NOT_FRIENDS, NOT_A_MEMBER, INVALID_REQUEST; BUSY when it had to wait too long for the lock or for Postgres
 */
export const changeMessage = ({ changing }: Pick<MessagingDatabase, 'changing'>, announce: Announce): ChangeMessage => async (change) => {
  const conversationId = conversationOf(change.userId, change.chatType, change.chatId);
  const { message, isChanged, membershipVersion } = await runInTransaction(changing, 'begin', async (client) => {
    await holdConversation(client, conversationId);
    const membershipVersion = await checkMayWrite(client, change);
    const message = await readOwn(client, conversationId, change);
    checkText(message, change.text);
    const isChanged = message.message !== change.text;
    return { isChanged, membershipVersion, message: isChanged ? await write(client, conversationId, change) : message };
  }).catch(refuseWhatMayPass('BUSY'));
  if (isChanged) {
    const ofGroup = membershipVersion === undefined ? {} : { membershipVersion };
    announce('message.changed', { changed: [{ conversationId, ...ofGroup, message: { ...message, chatType: change.chatType } }] });
  }
  return message;
};
