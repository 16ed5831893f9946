import type { ChatMessage } from '@chat-backend/client';
import type { Pending } from './keep-pending';
import { dayKey } from './times';
import type { Run } from './merge-messages';

/** One line of a chat. Its key stays the same when a message that I sent is stored, and is nobody else's: others may give theirs the name of mine. */
export type LogRow =
  | { kind: 'day'; key: string; timestamp: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: ChatMessage; isFirstOfGroup: boolean }
  | { kind: 'pending'; key: string; pending: Pending; isFirstOfGroup: boolean };

/** Who goes on writing within so long is not named again. */
const sameGroupMs = 5 * 60_000;

const goesOn = (before: ChatMessage | undefined, message: ChatMessage): boolean =>
  before !== undefined && before.from === message.from && Date.parse(message.createdAt) - Date.parse(before.createdAt) < sameGroupMs;

/**
 * The lines of a chat from above to below: each day's name, what is stored, grouped by author, and what is on its way, in the order of sending.
 * `unreadAfter`: the line above what I have not read stands before the first message of somebody else behind it.
 */
export const buildRows = (messages: Run, pending: readonly Pending[], me: string, unreadAfter: number): LogRow[] => {
  const rows: LogRow[] = [];
  const stored = new Set<string>();
  let before: ChatMessage | undefined;
  let day: number | undefined;
  let isUnreadShown = false;
  for (const message of messages) {
    const itsDay = dayKey(message.createdAt);
    if (itsDay !== day) {
      rows.push({ kind: 'day', key: `day:${itsDay}`, timestamp: message.createdAt });
      [day, before] = [itsDay, undefined];
    }
    if (!isUnreadShown && message.seq > unreadAfter && message.from !== me) {
      rows.push({ kind: 'unread', key: 'unread' });
      [isUnreadShown, before] = [true, undefined];
    }
    rows.push({ kind: 'message', key: `${message.from}:${message.clientMessageId}`, message, isFirstOfGroup: !goesOn(before, message) });
    if (message.from === me) stored.add(message.clientMessageId);
    before = message;
  }
  let isFirstOfGroup = before?.from !== me;
  for (const one of pending) {
    // It has come back, and only the news of that is on its way.
    if (stored.has(one.clientMessageId)) continue;
    rows.push({ kind: 'pending', key: `${me}:${one.clientMessageId}`, pending: one, isFirstOfGroup });
    isFirstOfGroup = false;
  }
  return rows;
};
