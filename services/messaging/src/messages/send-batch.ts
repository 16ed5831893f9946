import type { BatchResult, InternalCalls } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import type { MessagingDatabase } from '../db';
import type { BatchMetrics } from './batch-metrics';
import { isoTime } from './committed-message';
import { foldRepeats, type Folded, type NewEntry } from './fold-repeats';
import { storeBatch, storeFree, type Answer } from './store-batch';
import { refuseWhatMayPass } from './try-again';

type SendBatch = InternalCalls['send-batch'];

const resultOf = (entry: NewEntry, answer: Answer = { outcome: 'held' }): BatchResult => {
  switch (answer.outcome) {
    case 'conflict': return { status: 'refused', code: 'IDEMPOTENCY_CONFLICT' };
    case 'refused': return { status: 'refused', code: entry.chatType === 'group' ? 'NOT_A_MEMBER' : 'NOT_FRIENDS' };
    case 'held': return { status: 'refused', code: 'BUSY' };
    case 'unstorable': return { status: 'refused', code: 'INVALID_REQUEST' };
    case 'stored':
    case 'duplicate': {
      const { id, seq, membershipVersion } = answer;
      const createdAt = isoTime(answer.createdAtMs);
      // The row has the id made in this call: an attempt that seemed lost had stored it, and nobody has pushed it.
      if (answer.outcome === 'duplicate' && id !== entry.id) return { status: 'duplicate', id, seq, createdAt };
      const { senderId: from, to, clientMessageId, chatType, messageType, message, conversationId } = entry;
      return {
        status: 'stored',
        committed: {
          conversationId, ...(membershipVersion === undefined ? {} : { membershipVersion }),
          message: { to, from, id, seq, clientMessageId, chatType, messageType, message, createdAt },
        },
      };
    }
  }
};

const asRepeat = (first: BatchResult): BatchResult => {
  if (first.status !== 'stored') return first;
  const { id, seq, createdAt } = first.committed.message;
  return { status: 'duplicate', id, seq, createdAt };
};

/** Another message under the id of an earlier entry. Stored, that one is in its way; refused, this one is refused for the same reason. */
const asOther = (first: BatchResult): BatchResult => (first.status === 'refused' ? first : { status: 'refused', code: 'IDEMPOTENCY_CONFLICT' });

/**
 * Stores a batch in one round trip. An entry that is refused fails alone. A conversation that somebody else holds is left out and
 * stored by a call of its own, so that the rest commits without it; only the reply waits, unless `waitForHeld` is false.
 * @throws Refusal UNAVAILABLE when Postgres could not be asked: what was stored is not known, and sending again finds it
 */
export const sendBatch = (database: Pick<MessagingDatabase, 'hot' | 'waiting'>, metrics: BatchMetrics) => {
  /**
   * An earlier entry conflicts with a row of another batch, and this one, under the same id, may be that very row.
   * As the row is there, nothing is stored: the database may be asked about several at once.
   */
  const compareWithRows = async (others: readonly NewEntry[]): Promise<Map<NewEntry, BatchResult>> => {
    if (others.length === 0) return new Map();
    const { answers } = await storeFree(database.hot, metrics, others, []);
    return new Map(others.map((entry, index) => [entry, resultOf(entry, answers[index])]));
  };

  const inOrder = async (folded: readonly Folded[], results: readonly BatchResult[]): Promise<BatchResult[]> => {
    const resultAt = (index: number): BatchResult => results[index] ?? { status: 'refused', code: 'BUSY' };
    const isConflict = (result: BatchResult): boolean => result.status === 'refused' && result.code === 'IDEMPOTENCY_CONFLICT';
    const compared = await compareWithRows(folded.flatMap((fold) => (fold.kind === 'other' && isConflict(resultAt(fold.index)) ? [fold.entry] : [])));
    return folded.map((fold) => {
      const result = resultAt(fold.index);
      switch (fold.kind) {
        case 'own': return result;
        case 'repeat': return asRepeat(result);
        case 'other': return compared.get(fold.entry) ?? asOther(result);
      }
    });
  };

  return async ({ entries, pushed, waitForHeld = true }: SendBatch['request']): Promise<SendBatch['reply']> => {
    if (entries.length === 0 && pushed.length === 0) return { outboxId: null, results: [] };
    const startedAt = performance.now();
    const { distinct, folded } = foldRepeats(entries, newId);
    try {
      const { outboxId, answers } = await storeBatch(database, metrics, distinct, pushed, waitForHeld);
      const results = distinct.map((entry, index) => resultOf(entry, answers[index]));
      return { outboxId, results: await inOrder(folded, results) };
    } catch (error) {
      return refuseWhatMayPass('UNAVAILABLE')(error);
    } finally {
      metrics.stored(entries.length, (performance.now() - startedAt) / 1000);
    }
  };
};
