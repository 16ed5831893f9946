import type { ConversationCursor, ConversationPage, SyncReply } from '@chat-backend/contracts';

/** Why a page is not what was asked for; undefined: it is. */
export const faultOfPage = (asked: ConversationCursor, page: ConversationPage | undefined): string | undefined => {
  if (page === undefined || page.chatId !== asked.chatId || page.chatType !== asked.chatType) return 'it is of another conversation';
  if (page.gone) return undefined;
  const { fromSeq, toSeq, lastSeq, fromRevision, toRevision, lastRevision, messages, changed } = page;
  if (fromSeq !== asked.afterSeq || fromRevision !== asked.afterRevision) return `it begins at ${fromSeq}/${fromRevision}, not at ${asked.afterSeq}/${asked.afterRevision}`;
  if (isFromTheFuture(page)) return undefined;
  if (toSeq > lastSeq || toRevision > lastRevision) return 'it ends beyond the end';
  if (messages.length !== toSeq - fromSeq) return `it has ${messages.length} messages from ${fromSeq} to ${toSeq}`;
  if (messages.some(({ seq }, index) => seq !== fromSeq + index + 1)) return 'its messages do not follow each other';
  const revisions = [fromRevision, ...changed.map(({ revision }) => revision)];
  if (revisions.some((revision, index) => index > 0 && revision <= (revisions[index - 1] ?? 0)) || (revisions.at(-1) ?? 0) > toRevision) return 'its changes are not in their range';
  return undefined;
};

/** Whoever asked has more than there is: the server's data went back. */
export const isFromTheFuture = ({ fromSeq, toSeq, lastSeq, fromRevision, toRevision, lastRevision }: ConversationPage): boolean =>
  Math.min(toSeq, lastSeq) < fromSeq || Math.min(toRevision, lastRevision) < fromRevision;

/** Whether the page leads to the end. */
export const isWhole = ({ toSeq, lastSeq, toRevision, lastRevision }: ConversationPage): boolean => toSeq >= lastSeq && toRevision >= lastRevision;

/** The same for the log. */
export const faultOfLog = (afterNumber: number, { fromNumber, toNumber, lastNumber, events }: SyncReply['log']): string | undefined => {
  if (fromNumber !== afterNumber) return `it begins at ${fromNumber}, not at ${afterNumber}`;
  if (toNumber < fromNumber) return undefined;
  if (toNumber > lastNumber) return 'it ends beyond the end';
  const numbers = [fromNumber, ...events.map(({ number }) => number)];
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0)) || (numbers.at(-1) ?? 0) > toNumber) return 'its events are not in their range';
  return undefined;
};
