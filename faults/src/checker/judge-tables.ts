import type { Evidence } from './judge';
import type { MessageRow } from './tables';

/** What the tables say of themselves: numbers without a gap, in the order of time, each message once, nothing left to do. */
export const judgeTables = ({ tables, rows, report }: Omit<Evidence, 'conversations'>): void => {
  const judgeNumbers = (conversation: string, lastSeq: number, messages: readonly MessageRow[]): void => {
    let before: MessageRow | undefined;
    for (const row of messages) {
      const { seq, clientMessageId } = row;
      const expected = (before?.seq ?? 0) + 1;
      if (seq > expected) report({ kind: 'gap', conversation, seq: expected, clientMessageId, what: `${expected} is missing before ${seq}` });
      if (seq < expected) report({ kind: 'doubled', conversation, seq, clientMessageId, what: `two messages have the number ${seq}` });
      if (before !== undefined && row.createdAt < before.createdAt) {
        report({ kind: 'reordered', conversation, seq, clientMessageId, what: `created at ${row.createdAt}, before ${before.seq} at ${before.createdAt}` });
      }
      before = row;
    }
    if (lastSeq !== (before?.seq ?? 0)) report({ kind: 'gap', conversation, seq: lastSeq, what: `the conversation counts to ${lastSeq}, its messages to ${before?.seq ?? 0}` });
  };

  for (const { id, lastSeq } of tables.conversations) judgeNumbers(id, lastSeq, rows.of(id));
  for (const { conversation, seq, sender, clientMessageId } of tables.messages) {
    const first = rows.sent(sender, clientMessageId);
    if (first !== undefined && (first.seq !== seq || first.conversation !== conversation)) {
      report({ kind: 'storedTwice', conversation, seq, clientMessageId, what: `is ${first.seq} and ${seq}` });
    }
  }
  if (tables.outboxLeft > 0) report({ kind: 'stuck', what: `${tables.outboxLeft} entries stay in the outbox` });
};
