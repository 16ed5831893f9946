import type { BatchResult, InternalCalls } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import type { MessagingDatabase } from '../db';
import type { BatchMetrics } from './batch-metrics';
import { isoTime } from './committed-message';
import { foldRepeats, type Folded, type NewEntry } from './fold-repeats';
import { storeEntries, type StoredBatch, type StoredEntry, type StoreOptions } from './store-entries';
import { isBadValue, mayPass, tryAgain } from './try-again';

type SendBatch = InternalCalls['send-batch'];
/** `unstorable`: Postgres cannot take it as it is. */
type Answer = StoredEntry | { outcome: 'unstorable' };
interface Attempt { outboxId: string | null; answers: Answer[] }

const resultOf = (entry: NewEntry, answer: Answer): BatchResult => {
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

const inOrder = (folded: readonly Folded[], results: readonly BatchResult[]): BatchResult[] =>
  folded.map((fold) => {
    const result = fold.kind === 'conflict' ? undefined : results[fold.index];
    if (result === undefined) return { status: 'refused', code: 'IDEMPOTENCY_CONFLICT' };
    return fold.kind === 'repeat' ? asRepeat(result) : result;
  });

const byConversation = (entries: readonly NewEntry[], indexes: readonly number[]): number[][] => {
  const groups = new Map<string, number[]>();
  for (const index of indexes) {
    const conversationId = entries[index]?.conversationId ?? '';
    const group = groups.get(conversationId);
    if (group === undefined) groups.set(conversationId, [index]);
    else group.push(index);
  }
  return [...groups.values()];
};

/**
 * Stores a batch in one round trip. An entry that is refused fails alone. A conversation that somebody else holds is left out and
 * stored by a call of its own, so that the rest commits without it; only the reply waits, unless `waitForHeld` is false.
 * @throws Refusal UNAVAILABLE when Postgres could not be asked: what was stored is not known, and sending again finds it
 */
export const sendBatch = (database: Pick<MessagingDatabase, 'hot' | 'waiting'>, metrics: BatchMetrics) => {
  const store = async (pool: MessagingDatabase['hot'], entries: readonly NewEntry[], options: StoreOptions): Promise<StoredBatch> =>
    tryAgain(() => storeEntries(pool, entries, options), metrics.retried);

  /** Stores what can be stored; a value that Postgres does not take is found by halving, so that it fails alone. */
  const storeFree = async (entries: readonly NewEntry[], pushed: readonly string[]): Promise<Attempt> => {
    try {
      const stored = await store(database.hot, entries, { pushed, waitForHeld: false });
      return { outboxId: stored.outboxId, answers: stored.entries };
    } catch (error) {
      if (!isBadValue(error) || entries.length === 0) throw error;
      if (entries.length === 1) return { outboxId: null, answers: [{ outcome: 'unstorable' }] };
      const middle = Math.ceil(entries.length / 2);
      const first = await storeFree(entries.slice(0, middle), pushed);
      const second = await storeFree(entries.slice(middle), []);
      return { outboxId: first.outboxId ?? second.outboxId, answers: [...first.answers, ...second.answers] };
    }
  };

  /** One attempt: the rest has committed and its reply should not wait for more. */
  const storeHeld = async (entries: readonly NewEntry[]): Promise<StoredBatch> => {
    try {
      return await storeEntries(database.waiting, entries, { pushed: [], waitForHeld: true });
    } catch (error) {
      if (!mayPass(error)) throw error;
      return { outboxId: null, entries: entries.map(() => ({ outcome: 'held' })) };
    }
  };

  /** Replaces the answers of held entries. Only the first outbox entry is named in the reply: the sweep publishes the others again, and receivers drop what they have. */
  const waitForHeld = async (entries: readonly NewEntry[], attempt: Attempt): Promise<void> => {
    const held = attempt.answers.flatMap((answer, index) => (answer.outcome === 'held' ? [index] : []));
    if (held.length === 0) return;
    metrics.held(held.length);
    await Promise.all(byConversation(entries, held).map(async (indexes) => {
      const stored = await storeHeld(indexes.flatMap((index) => entries[index] ?? []));
      attempt.outboxId ??= stored.outboxId;
      stored.entries.forEach((answer, position) => { attempt.answers[indexes[position] ?? -1] = answer; });
    }));
  };

  return async ({ entries, pushed, waitForHeld: mayWait = true }: SendBatch['request']): Promise<SendBatch['reply']> => {
    if (entries.length === 0 && pushed.length === 0) return { outboxId: null, results: [] };
    const startedAt = performance.now();
    const { distinct, folded } = foldRepeats(entries, newId);
    try {
      const attempt = await storeFree(distinct, pushed);
      if (mayWait) await waitForHeld(distinct, attempt);
      const results = distinct.map((entry, index) => resultOf(entry, attempt.answers[index] ?? { outcome: 'held' }));
      return { outboxId: attempt.outboxId, results: inOrder(folded, results) };
    } catch (error) {
      throw mayPass(error) ? Object.assign(new Refusal('UNAVAILABLE'), { cause: error }) : error;
    } finally {
      metrics.stored(entries.length, (performance.now() - startedAt) / 1000);
    }
  };
};
