import type { BatchEntry } from '@chat-backend/contracts';
import { conversationOf } from '../chats/conversation-of';

/** An entry to be stored, with the ids that it will have. They stay the same however often storing is tried. */
export interface NewEntry extends BatchEntry { conversationId: string; id: string }

/** What answers an entry of the batch. */
export type Folded =
  | { kind: 'own'; index: number }
  /** The same message as an earlier entry: one row, two answers. */
  | { kind: 'repeat'; index: number }
  /** The clientMessageId of an earlier entry (`index`) with another message: what became of that one decides. */
  | { kind: 'other'; index: number; entry: NewEntry };

/** Distinct entries, and for each entry of the batch which of them (`index`) answers it. SQL relies on it: no two share conversation, sender and clientMessageId. */
export const foldRepeats = (entries: readonly BatchEntry[], newId: () => string): { distinct: NewEntry[]; folded: Folded[] } => {
  const distinct: NewEntry[] = [];
  const indexByKey = new Map<string, number>();
  const folded = entries.map((entry): Folded => {
    const { senderId, to, chatType, message, messageType, clientMessageId } = entry;
    const conversationId = conversationOf(senderId, chatType, to);
    const key = conversationId + senderId + clientMessageId;
    const index = indexByKey.get(key);
    const first = index === undefined ? undefined : distinct[index];
    const isSame = first?.message === message && first.messageType === messageType;
    if (index !== undefined && isSame) return { kind: 'repeat', index };
    // Field by field, as every message passes here: copying with `...entry` took more than a microsecond.
    const newEntry: NewEntry = { senderId, to, chatType, message, messageType, clientMessageId, conversationId, id: newId() };
    if (index === undefined) {
      indexByKey.set(key, distinct.length);
      distinct.push(newEntry);
      return { kind: 'own', index: distinct.length - 1 };
    }
    return { kind: 'other', index, entry: newEntry };
  });
  return { distinct, folded };
};
