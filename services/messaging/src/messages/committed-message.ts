import type { CommittedMessage, MessageType, StoredMessage } from '@chat-backend/contracts';

/** The columns of a message row, in this order, as text or JSON values: read by position, which costs least. */
export const messageColumns = `m.conversation_id, m.seq, m.id, m.sender_id, m.recipient_id, m.is_group, m.client_message_id, m.message_type, m.body,
  (date_part('epoch', m.created_at) * 1000)::bigint, (date_part('epoch', m.updated_at) * 1000)::bigint, m.revision,
  (date_part('epoch', m.deleted_at) * 1000)::bigint`;

export type MessageRow = [
  conversationId: string, seq: string, id: string, senderId: string, recipientId: string, isGroup: boolean, clientMessageId: string,
  messageType: MessageType, body: string, createdAtMs: string, updatedAtMs: string,
  revision: string, deletedAtMs: string | null,
];

export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A message as its readers have it. */
export const storedFrom = (row: MessageRow): StoredMessage => {
  const [, seq, id, from, to, , clientMessageId, messageType, message, createdAtMs, updatedAtMs, revision, deletedAtMs] = row;
  return {
    id, seq: Number(seq), clientMessageId, from, to, message, messageType, createdAt: isoTime(Number(createdAtMs)), updatedAt: isoTime(Number(updatedAtMs)),
    revision: Number(revision), ...(deletedAtMs === null ? {} : { deletedAt: isoTime(Number(deletedAtMs)) }),
  };
};

/** @param membershipVersion of the group; ignored in a friend chat */
export const committedFrom = (row: MessageRow, membershipVersion: number | undefined): CommittedMessage => {
  const [conversationId, seq, id, senderId, recipientId, isGroup, clientMessageId, messageType, body, createdAtMs] = row;
  return {
    conversationId,
    ...(isGroup && membershipVersion !== undefined ? { membershipVersion } : {}),
    message: {
      to: recipientId, from: senderId, id, seq: Number(seq), clientMessageId, chatType: isGroup ? 'group' : 'friend', messageType, message: body,
      createdAt: isoTime(Number(createdAtMs)),
    },
  };
};
