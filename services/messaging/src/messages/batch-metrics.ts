import type { ProcessContext } from '@chat-backend/service-kit';
import { Counter, Histogram } from 'prom-client';

export interface BatchMetrics {
  stored(entries: number, seconds: number): void;
  retried(): void;
  held(entries: number): void;
}

export const createBatchMetrics = (registry: ProcessContext['metrics']): BatchMetrics => {
  const registers = [registry];
  const sizes = new Histogram({ name: 'messaging_batch_entries', help: 'Entries of a batch', buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500], registers });
  const durations = new Histogram({
    name: 'messaging_batch_seconds', help: 'From a batch\'s arrival to its reply', buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5], registers,
  });
  const retries = new Counter({ name: 'messaging_batch_retries_total', help: 'Attempts that were repeated after a collision or a lost connection', registers });
  const held = new Counter({ name: 'messaging_held_entries_total', help: 'Entries whose conversation somebody else held', registers });
  return {
    stored: (entries, seconds) => { sizes.observe(entries); durations.observe(seconds); },
    retried: () => { retries.inc(); },
    held: (entries) => { held.inc(entries); },
  };
};
