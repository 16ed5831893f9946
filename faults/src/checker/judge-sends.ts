import type { EventOf } from '../history/events';
import type { Evidence, Judge } from './judge';

/** What a sender hears is what is stored: acknowledged means there, refused means not there, and there means that somebody sent it. */
export const judgeSends = ({ tables, rows, report }: Omit<Evidence, 'conversations'>): Judge => {
  const senders = new Map<string, string>();
  const highestAcknowledged = new Map<string, number>();

  const seeAttempt = ({ sender, conversation, to, chatType, clientMessageId, body, client, at }: EventOf<'attempt'>): void => {
    if (senders.has(clientMessageId)) return;
    senders.set(clientMessageId, sender);
    const row = rows.sent(sender, clientMessageId);
    if (row === undefined) return;
    const about = { conversation, seq: row.seq, clientMessageId, client, at };
    if (row.body !== body || row.conversation !== conversation || row.recipient !== to || row.isGroup !== (chatType === 'group')) {
      report({ kind: 'phantom', ...about, what: 'another message is stored than was sent' });
    }
    const before = highestAcknowledged.get(conversation) ?? 0;
    if (row.seq <= before) report({ kind: 'reordered', ...about, what: `sent after ${before} was acknowledged, and has the number ${row.seq}` });
  };

  const seeAcknowledged = ({ client, reply, at }: EventOf<'acknowledged'>): void => {
    const { clientMessageId, from, seq } = reply;
    const row = rows.sent(from, clientMessageId);
    if (row === undefined) { report({ kind: 'lost', clientMessageId, seq, client, at, what: `acknowledged as ${seq}, and not stored` }); return; }
    const stored = { to: row.recipient, from: row.sender, id: row.id, seq: row.seq, clientMessageId, createdAt: row.createdAt };
    const wrong = (Object.keys(stored) as (keyof typeof stored)[]).filter((field) => stored[field] !== reply[field]);
    if (wrong.length > 0) {
      report({ kind: 'wrongReply', conversation: row.conversation, seq, clientMessageId, client, at, what: wrong.map((field) => `${field} ${reply[field]}, stored ${stored[field]}`).join('; ') });
    }
    highestAcknowledged.set(row.conversation, Math.max(highestAcknowledged.get(row.conversation) ?? 0, seq));
  };

  const seeRefused = ({ client, clientMessageId, code, at }: EventOf<'refused'>): void => {
    const row = rows.sent(senders.get(clientMessageId) ?? '', clientMessageId);
    if (row !== undefined) report({ kind: 'wrongReply', conversation: row.conversation, seq: row.seq, clientMessageId, client, at, what: `refused as ${code}, and stored` });
    if (code === 'IDEMPOTENCY_CONFLICT' || code === 'INVALID_REQUEST') report({ kind: 'wrongReply', clientMessageId, client, at, what: `refused as ${code}, which it is not` });
  };

  return {
    see(event) {
      if (event.kind === 'attempt') seeAttempt(event);
      else if (event.kind === 'acknowledged') seeAcknowledged(event);
      else if (event.kind === 'refused') seeRefused(event);
    },
    end() {
      for (const { conversation, seq, clientMessageId, sender } of tables.messages) {
        if (senders.get(clientMessageId) !== sender) report({ kind: 'phantom', conversation, seq, clientMessageId, what: 'stored, and nobody sent it' });
      }
    },
  };
};
