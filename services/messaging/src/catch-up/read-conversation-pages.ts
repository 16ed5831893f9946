import type { ConversationCursor, ConversationPage } from '@chat-backend/contracts';
import type { ClientBase } from 'pg';
import { readChatStates, type ChatState } from '../chats/read-chat-states';
import { storedFrom, type MessageRow } from '../messages/committed-message';
import { readGaps, type Allowance } from './read-gaps';

/** A conversation that one of the requests (by its index) asks for, and what its user has of it. */
export interface AskedConversation extends ConversationCursor { request: number; userId: string }

interface Asked { cursor: AskedConversation; state: ChatState }

const missingMessages = ({ cursor, state }: Asked): number => Math.max(0, state.lastSeq - cursor.afterSeq);

/** Who has no message has no change to make: each message comes as it is now. */
const missingChanges = ({ cursor, state }: Asked): number => (cursor.afterSeq === 0 ? 0 : Math.max(0, state.lastRevision - cursor.afterRevision));

/**
 * All requests of a call together get no more than so many full pages; those who miss something share them alike. When a whole process reconnects after a
 * long time the answer to 200 would else take longer than its caller waits, and so would the next attempt.
 */
const fullPagesOfCall = 20;

const shareOf = (page: Allowance, asked: readonly Asked[]): Allowance => {
  const hungry = new Set(asked.filter((one) => missingMessages(one) + missingChanges(one) > 0).map(({ cursor }) => cursor.request));
  const share = Math.min(1, fullPagesOfCall / hungry.size);
  return { ...page, messages: Math.ceil(page.messages * share), characters: Math.ceil(page.characters * share) };
};

const gonePage = { gone: true, fromSeq: 0, toSeq: 0, lastSeq: 0, fromRevision: 0, toRevision: 0, lastRevision: 0, lastReadSeq: 0, messages: [], changed: [] };

/**
 * The ranges that were read, or empty ones. A cursor beyond the end (the database was restored) gets an end before its beginning. Among the changes are only
 * messages that the user had before: those of this page and of later ones come as they are now.
 */
const pageOf = ({ cursor, state }: Asked, messageRows: readonly MessageRow[], changedRows: readonly MessageRow[]): ConversationPage => {
  const { chatId, chatType, afterSeq, afterRevision } = cursor;
  if (state.isGone) return { chatId, chatType, ...gonePage };
  const { lastSeq, lastRevision, lastReadSeq } = state;
  const messages = messageRows.map(storedFrom);
  const changed = changedRows.map(storedFrom);
  return {
    chatId, chatType, gone: false,
    fromSeq: afterSeq, toSeq: messages.at(-1)?.seq ?? Math.min(afterSeq, lastSeq), lastSeq,
    fromRevision: afterRevision, toRevision: afterSeq === 0 ? lastRevision : changed.at(-1)?.revision ?? Math.min(afterRevision, lastRevision), lastRevision,
    lastReadSeq, messages, changed: changed.filter(({ seq }) => seq <= afterSeq),
  };
};

/**
 * A page of each conversation, in three queries, whatever their number: first the ends, and what is read then lies below them. Run it in one snapshot: then a
 * page shows one moment, and who left a group since gets nothing that was sent or edited afterwards.
 * @param page what one request may be given at the most, for all its conversations together
 */
export const readConversationPages = async (
  client: ClientBase, cursors: readonly AskedConversation[], requests: number, page: Allowance,
): Promise<ConversationPage[]> => {
  const states = await readChatStates(client, cursors);
  const asked = cursors.flatMap((cursor, index) => { const state = states[index]; return state === undefined ? [] : [{ cursor, state }]; });
  const gapOf = (one: Asked, after: number, missing: number) => ({ request: one.cursor.request, conversationId: one.state.conversationId, after, missing });
  const allowances = new Array<Allowance>(requests).fill(shareOf(page, asked));
  const messages = await readGaps(client, 'seq', asked.map((one) => gapOf(one, one.cursor.afterSeq, missingMessages(one))), allowances);
  const changes = await readGaps(client, 'revision', asked.map((one) => gapOf(one, one.cursor.afterRevision, missingChanges(one))), messages.left);
  return asked.map((one, index) => pageOf(one, messages.found[index] ?? [], changes.found[index] ?? []));
};
