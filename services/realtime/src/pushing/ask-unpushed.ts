import type { InternalCaller } from '@chat-backend/service-kit';
import { createGatheredQuestions } from '../gather-questions';
import { retryBriefly } from '../retry-briefly';

/**
 * The lowest number of a conversation that may still be on its way from another process; null when none is.
 * @throws Refusal UNAVAILABLE after a few tries
 */
export type AskUnpushed = (conversationId: string) => Promise<number | null>;

const conversationsAtOnce = 1_000;

/** Asks messaging, for many conversations at a time. */
export const createAskUnpushed = (internal: Pick<InternalCaller, 'call'>): AskUnpushed =>
  createGatheredQuestions<string, number | null>(
    conversationsAtOnce, async (conversationIds) => (await retryBriefly(() => internal.call('lowest-unpushed', { conversationIds }))).seqs, null,
  );
