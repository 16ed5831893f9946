import type { MadeCall } from './call';

export interface CallCount { made: number; failed: number; worstMs: number }

/** What was under way at any moment of this time. */
export const callsDuring = (calls: readonly MadeCall[], from: number, to: number): MadeCall[] => calls.filter(({ begunAt, endedAt }) => begunAt < to && endedAt > from);

export const countCalls = (calls: readonly MadeCall[]): CallCount => ({
  made: calls.length,
  failed: calls.filter(({ failure }) => failure !== undefined).length,
  worstMs: calls.reduce((worst, { begunAt, endedAt }) => Math.max(worst, endedAt - begunAt), 0),
});
