import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';
import { person } from './social-graph';

const chat = { chatId: f.id, chatType: f.chatType };
const base = { service: 'messaging', access: ['access'], rate: 'ordinary' } as const;

export const storedMessage = z.object({
  id: f.id, seq: f.seq, clientMessageId: f.id,
  from: f.id, to: f.id, message: z.string(), messageType: f.messageType,
  createdAt: f.timestamp, updatedAt: f.timestamp,
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
