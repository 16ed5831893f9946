import { createLatencies } from '../measuring/latencies.mjs';

/** What one generator counts between two reports. */
export const newFigures = () => ({ done: 0, deliveries: 0, refused: 0, skipped: 0, reason: undefined, acknowledged: createLatencies(), delivered: createLatencies() });

/** Those of several generators, as they came through the channel between the processes. */
export const sumFigures = (all) => {
  const sum = newFigures();
  for (const figures of all) {
    for (const count of ['done', 'deliveries', 'refused', 'skipped']) sum[count] += figures[count];
    sum.reason ??= figures.reason;
    for (const latencies of ['acknowledged', 'delivered']) sum[latencies].add(figures[latencies]);
  }
  return sum;
};
