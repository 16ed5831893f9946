import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';
import { userEvent } from '../user-events';
import { person } from './social-graph';

const chat = { chatId: f.id, chatType: f.chatType };
const base = { service: 'messaging', access: ['access'], rate: 'ordinary' } as const;

export const storedMessage = z.object({
  id: f.id, seq: f.seq, clientMessageId: f.id,
  from: f.id, to: f.id, message: z.string(), messageType: f.messageType,
  createdAt: f.timestamp, updatedAt: f.timestamp,
  revision: f.revision,
  /** There only when its sender took it back; `message` is empty then. */
  deletedAt: f.timestamp.optional(),
});
export type StoredMessage = z.infer<typeof storedMessage>;

export const getChatDetails = defineEndpoint({
  ...base, name: 'get-chat-details', summary: 'Retrieves chat details for a user or group.',
  request: z.object(chat), message: 'Chat details retrieved successfully',
  data: person, extra: { userId: f.id }, refusals: ['USER_NOT_FOUND', 'GROUP_NOT_FOUND'],
});
export const getMessages = defineEndpoint({
  ...base, name: 'get-messages', summary: 'Retrieves messages of a user or group chat, oldest first: the newest 50, or the page that limit, beforeSeq and afterSeq name.',
  request: z.object({ ...chat, limit: z.int().min(1).max(f.limits.pageSize).optional(), beforeSeq: f.seq.optional(), afterSeq: f.seq.optional() }),
  message: 'Messages retrieved successfully', data: z.array(storedMessage),
  refusals: ['CONVERSATION_NOT_FOUND', 'GROUP_NOT_FOUND', 'NOT_A_MEMBER'],
});
export const editMessage = defineEndpoint({
  ...base, name: 'edit-message', summary: 'Changes the text of a message of mine, where I may still write. That of an IMAGE or a VIDEO stays an https: address, or a name without a scheme.',
  request: z.object({ ...chat, seq: f.seq, message: f.messageText }),
  message: 'Message edited successfully', data: storedMessage,
  refusals: ['MESSAGE_NOT_FOUND', 'NOT_THE_SENDER', 'NOT_FRIENDS', 'NOT_A_MEMBER', 'BUSY'],
});
export const deleteMessage = defineEndpoint({
  ...base, name: 'delete-message', summary: 'Takes back a message of mine, where I may still write. It keeps its place and loses its text.',
  request: z.object({ ...chat, seq: f.seq }),
  message: 'Message deleted successfully', data: storedMessage,
  refusals: ['MESSAGE_NOT_FOUND', 'NOT_THE_SENDER', 'NOT_FRIENDS', 'NOT_A_MEMBER', 'BUSY'],
});

/** What a list of chats shows of one. `unread` is `lastSeq - lastReadSeq`; `isDeleted`: the account of whom it is with was deleted, and has no name any more. */
export const conversation = z.object({
  ...chat, user_name: z.string().nullable(), profile_image: z.string().nullable(),
  lastSeq: f.seq, lastRevision: f.revision, lastReadSeq: f.seq, unread: f.seq,
  lastMessage: storedMessage.nullable(), isDeleted: z.boolean().optional(),
});
export type Conversation = z.infer<typeof conversation>;

export const getConversations = defineEndpoint({
  ...base, name: 'get-conversations', summary: 'Lists my friend chats that have begun and my groups, the one with the newest message first.',
  request: z.object(f.listPaging), message: 'Conversations retrieved successfully',
  data: z.array(conversation), extra: { nextCursor: z.string().optional() }, refusals: [],
});
export const markRead = defineEndpoint({
  ...base, name: 'mark-read', summary: 'Marks what is written up to a message as read. Never goes back; beyond the last message it means that one.',
  request: z.object({ ...chat, seq: f.seq }), message: 'Marked as read successfully',
  data: z.object({ lastReadSeq: f.seq }), refusals: ['CONVERSATION_NOT_FOUND', 'GROUP_NOT_FOUND', 'NOT_A_MEMBER'],
});

/** What a client has of a conversation: every message up to `afterSeq`, every change up to `afterRevision`. */
const conversationCursor = z.object({ ...chat, afterSeq: f.seq, afterRevision: f.revision });
export type ConversationCursor = z.infer<typeof conversationCursor>;

export const syncRequest = z.object({
  /** The last event of my log that I have; absent: tell me where it ends, I read the lists. */
  afterNumber: f.logNumber.optional(),
  conversations: z.array(conversationCursor).max(f.limits.syncConversations).optional(),
});
export type SyncRequest = z.infer<typeof syncRequest>;

/**
 * What a client misses of a conversation, and the ranges that this covers: it has then every message up to `toSeq` and every change up to
 * `toRevision`. `changed` holds messages in the order of their last change; one that was changed again later is in a later range.
 * `gone`: no member of this group, there is nothing to have.
 */
export const conversationPage = z.object({
  ...chat, gone: z.boolean(),
  fromSeq: f.seq, toSeq: f.seq, lastSeq: f.seq,
  fromRevision: f.revision, toRevision: f.revision, lastRevision: f.revision,
  lastReadSeq: f.seq,
  messages: z.array(storedMessage), changed: z.array(storedMessage),
});
export type ConversationPage = z.infer<typeof conversationPage>;

export const syncReply = z.object({
  /**
   * Which history all these numbers belong to. Another one than with the cursors that a client kept: the database went back to an earlier moment, and the same
   * numbers may mean other messages. What it has of before is then void.
   */
  historyId: z.string(),
  /** My log: it covers fromNumber < number <= toNumber. Events whose subject has a later one are not in it any more. */
  log: z.object({ fromNumber: f.logNumber, toNumber: f.logNumber, lastNumber: f.logNumber, events: z.array(userEvent) }),
  /** In the order of the request. */
  conversations: z.array(conversationPage),
  /** Whether that was all; if not, ask again with the ends of these ranges. */
  isComplete: z.boolean(),
});
export type SyncReply = z.infer<typeof syncReply>;

export const sync = defineEndpoint({
  ...base, name: 'sync', summary: 'Tells what I missed, in bounded pages, however long I was away: of my log and of the conversations that I name.',
  request: syncRequest, message: 'Synchronised successfully', data: syncReply, refusals: [],
});
