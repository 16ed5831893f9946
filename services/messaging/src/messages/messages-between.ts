import type { InternalCalls } from '@chat-backend/contracts';
import type { MessagingDatabase } from '../db';
import { committedFrom } from './committed-message';
import { readMessages } from './read-messages';

type MessagesBetween = InternalCalls['messages-between'];

const atMost = 500;

/**
 * Messages for a process that missed their push. They carry the group's membership version of now, which is no older than
 * the one that they were allowed under: a process that knows an older one refreshes its room first.
 */
export const messagesBetween = ({ hot, tables }: MessagingDatabase) =>
  async ({ conversationId, afterSeq, beforeSeq }: MessagesBetween['request']): Promise<MessagesBetween['reply']> => {
    const rows = await readMessages(hot, conversationId, { afterSeq, beforeSeq, limit: atMost, from: 'oldest' });
    const isGroup = rows[0]?.[5] === true;
    const group = isGroup ? await tables.group.findUnique({ where: { id: conversationId }, select: { membershipVersion: true } }) : null;
    const membershipVersion = group === null ? undefined : Number(group.membershipVersion);
    return { messages: rows.map((row) => committedFrom(row, membershipVersion)) };
  };
