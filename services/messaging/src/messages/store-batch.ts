import type { HotPool } from '@chat-backend/database';
import type { MessagingDatabase } from '../db';
import type { BatchMetrics } from './batch-metrics';
import type { NewEntry } from './fold-repeats';
import { storeEntries, type StoredBatch, type StoredEntry } from './store-entries';
import { isBadValue, isLockTimeout, mayPass, tryAgain } from './try-again';

/** `unstorable`: Postgres cannot take it as it is. */
export type Answer = StoredEntry | { outcome: 'unstorable' };
export interface BatchAnswers {
  /** The first outbox entry that was written. The sweep publishes what others there are once more, and receivers drop what they have. */
  outboxId: string | null;
  /** In the order of the entries. */
  answers: Answer[];
}

/** Which of them is in the way of a row that somebody has locked (a chat that is being marked as read), the database does not say: each conversation has to try alone. */
const holdAll = async (pool: HotPool, entries: readonly NewEntry[], pushed: readonly string[]): Promise<BatchAnswers> => {
  if (pushed.length > 0) await storeEntries(pool, [], { pushed, waitForHeld: false });
  return { outboxId: null, answers: entries.map(() => ({ outcome: 'held' })) };
};

/**
 * Stores in one round trip what nobody else holds; tried again after collisions and lost connections.
 * A value that Postgres does not take is found by halving, so that it fails alone. Where a locked row stops the batch, all of it is held.
 */
export const storeFree = async (pool: HotPool, metrics: BatchMetrics, entries: readonly NewEntry[], pushed: readonly string[]): Promise<BatchAnswers> => {
  try {
    const stored = await tryAgain(() => storeEntries(pool, entries, { pushed, waitForHeld: false }), metrics.retried);
    return { outboxId: stored.outboxId, answers: stored.entries };
  } catch (error) {
    if (isLockTimeout(error)) return holdAll(pool, entries, pushed);
    if (!isBadValue(error) || entries.length === 0) throw error;
    if (entries.length === 1) return { outboxId: null, answers: [{ outcome: 'unstorable' }] };
    const middle = Math.ceil(entries.length / 2);
    const first = await storeFree(pool, metrics, entries.slice(0, middle), pushed);
    const second = await storeFree(pool, metrics, entries.slice(middle), []);
    return { outboxId: first.outboxId ?? second.outboxId, answers: [...first.answers, ...second.answers] };
  }
};

/** One attempt: the rest has committed, and its reply should not wait for more. */
const storeHeld = async (pool: HotPool, entries: readonly NewEntry[]): Promise<StoredBatch> => {
  try {
    return await storeEntries(pool, entries, { pushed: [], waitForHeld: true });
  } catch (error) {
    if (!mayPass(error)) throw error;
    return { outboxId: null, entries: entries.map(() => ({ outcome: 'held' })) };
  }
};

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

/** Stores the held conversations, each by a call of its own, as soon as it is free. What stays held keeps that answer. */
const storeWhatWasHeld = async (pool: HotPool, entries: readonly NewEntry[], batch: BatchAnswers, held: readonly number[]): Promise<BatchAnswers> => {
  const parts = await Promise.all(byConversation(entries, held).map(async (indexes) =>
    ({ indexes, stored: await storeHeld(pool, indexes.flatMap((index) => entries[index] ?? [])) })));
  const answers = [...batch.answers];
  for (const { indexes, stored } of parts) stored.entries.forEach((answer, position) => { answers[indexes[position] ?? -1] = answer; });
  return { outboxId: batch.outboxId ?? parts.find(({ stored }) => stored.outboxId !== null)?.stored.outboxId ?? null, answers };
};

/** Stores distinct entries. What somebody else holds is left out at first, so that the rest commits without it. */
export const storeBatch = async (
  database: Pick<MessagingDatabase, 'hot' | 'waiting'>, metrics: BatchMetrics, entries: readonly NewEntry[], pushed: readonly string[], waitForHeld: boolean,
): Promise<BatchAnswers> => {
  const batch = await storeFree(database.hot, metrics, entries, pushed);
  const held = batch.answers.flatMap((answer, index) => (answer.outcome === 'held' ? [index] : []));
  metrics.held(held.length);
  return held.length === 0 || !waitForHeld ? batch : storeWhatWasHeld(database.waiting, entries, batch, held);
};
