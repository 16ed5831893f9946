import { limits, type ConversationPage, type InternalCalls, type SyncReply } from '@chat-backend/contracts';
import type { MessagingDatabase } from '../db';
import { refuseWhatMayPass } from '../messages/try-again';
import { runInTransaction } from '../run-in-transaction';
import { readConversationPages } from './read-conversation-pages';
import { readHistoryId } from './read-history-id';
import { readLogPages } from './read-log-pages';

type Call = InternalCalls['sync-users'];
export type SyncUsers = (request: Call['request']) => Promise<Call['reply']>;

const fullPage = { messages: limits.syncMessages, characters: limits.syncCharacters, isUntouched: true };

const isAll = ({ toSeq, lastSeq, toRevision, lastRevision }: ConversationPage): boolean => toSeq === lastSeq && toRevision === lastRevision;

const replyOf = (historyId: string, log: SyncReply['log'], conversations: ConversationPage[]): SyncReply =>
  ({ historyId, log, conversations, isComplete: log.toNumber === log.lastNumber && conversations.every(isAll) });

/**
 * What each user missed, in ranges. However many ask, it costs five queries, and all of them show one moment. The reply to each request is bounded; asked
 * again with the ends of its ranges, it goes on, and comes to an end.
 * @throws Refusal UNAVAILABLE when Postgres could not be asked
 */
export const syncUsers = ({ hot }: Pick<MessagingDatabase, 'hot'>, historyEpoch: string): SyncUsers => async ({ requests }) => {
  if (requests.length === 0) return { replies: [] };
  const cursors = requests.flatMap(({ userId, request: { conversations = [] } }, request) => conversations.map((cursor) => ({ ...cursor, request, userId })));
  const { historyId, logs, pages } = await runInTransaction(hot, 'begin isolation level repeatable read, read only', async (client) => ({
    historyId: await readHistoryId(client, historyEpoch),
    logs: await readLogPages(client, requests.map(({ userId, request: { afterNumber } }) => ({ userId, afterNumber })), limits.syncLogEntries),
    pages: await readConversationPages(client, cursors, requests.length, fullPage),
  })).catch(refuseWhatMayPass('UNAVAILABLE'));
  const pagesOf = requests.map((): ConversationPage[] => []);
  pages.forEach((page, index) => { pagesOf[cursors[index]?.request ?? -1]?.push(page); });
  return { replies: logs.map((log, request) => replyOf(historyId, log, pagesOf[request] ?? [])) };
};
