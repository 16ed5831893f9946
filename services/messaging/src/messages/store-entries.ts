import type { HotPool } from '@chat-backend/database';
import type { NewEntry } from './fold-repeats';

/** What the database says of an entry. `held`: somebody else has the conversation, nothing happened. */
export type StoredEntry =
  | { outcome: 'stored' | 'duplicate'; id: string; seq: number; createdAtMs: number; membershipVersion: number | undefined }
  | { outcome: 'conflict' | 'refused' | 'held' };

export interface StoredBatch { outboxId: string | null; entries: StoredEntry[] }

export interface StoreOptions {
  pushed: readonly string[];
  /** Wait for held conversations (the pool's lock_timeout, then 55P03) instead of leaving them out as `held`. */
  waitForHeld: boolean;
}

const statement = 'select entry, outcome, message_id, message_seq, created_at_ms, membership_version, outbox_id from send_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)';

type Row = [entry: number, outcome: StoredEntry['outcome'], id: string, seq: string, createdAtMs: string, membershipVersion: string | null, outboxId: string | null];

const columnsOf = (entries: readonly NewEntry[]): unknown[] => [
  entries.map((entry) => entry.conversationId), entries.map((entry) => entry.senderId), entries.map((entry) => entry.to),
  entries.map((entry) => entry.chatType === 'group'), entries.map((entry) => entry.clientMessageId), entries.map((entry) => entry.id),
  entries.map((entry) => entry.messageType), entries.map((entry) => entry.message),
];

const readRow = ([, outcome, id, seq, createdAtMs, membershipVersion]: Row): StoredEntry =>
  outcome === 'stored' || outcome === 'duplicate'
    ? { outcome, id, seq: Number(seq), createdAtMs: Number(createdAtMs), membershipVersion: membershipVersion === null ? undefined : Number(membershipVersion) }
    : { outcome };

/**
 * One round trip, one transaction: `send_batch` in prisma/migrations, which states its promises. Repeats are folded before.
 * Running it again with the same entries is always safe: what an attempt of unknown outcome stored is found by its clientMessageId.
 */
export const storeEntries = async (pool: HotPool, entries: readonly NewEntry[], { pushed, waitForHeld }: StoreOptions): Promise<StoredBatch> => {
  const { rows } = await pool.query<Row>({ name: 'send-batch', text: statement, rowMode: 'array', values: [...columnsOf(entries), pushed, waitForHeld] });
  const stored = new Array<StoredEntry>(entries.length);
  for (const row of rows) stored[row[0] - 1] = readRow(row);
  return { outboxId: rows[0]?.[6] ?? null, entries: stored };
};
