import { setTimeout as pause } from 'node:timers/promises';
import type { AuditEntry, GatheredAuditEntry } from '@chat-backend/contracts';
import { Counter, type Registry } from 'prom-client';
import { v7 as newId } from 'uuid';
import type { Logger } from '../logger';

export interface GatherOptions {
  /** Writes a batch; may be given the same entries again when it failed. */
  write: (entries: GatheredAuditEntry[]) => Promise<void>;
  logger: Logger;
  metrics: Registry;
}

/** Entries on their way to the audit log that nobody waits for. */
export interface GatheredEntries {
  /** Takes no time, never fails, and holds so many at most. */
  add(entry: AuditEntry): void;
  /** Writes what waits. What cannot be written waits on. */
  flush(): Promise<void>;
  /** Writes what waits, for the last time; does not wait long for a log that hangs. */
  close(): Promise<void>;
}

const flushEveryMs = 1_000;
/** Different entries that may wait: so many a second are written at most, whoever attacks with how many addresses. */
const mostWaiting = 200;
const lastMomentMs = 1_000;

const droppedMetric = 'chat_audit_entries_dropped_total';

/** One for all services of a process. */
const droppedIn = (metrics: Registry): Counter =>
  metrics.getSingleMetric(droppedMetric) as Counter | undefined ??
  new Counter({ name: droppedMetric, help: 'Entries for the audit log that were not written: too many at once, or the log was away for too long', registers: [metrics] });

/** The same by the same one, whatever its request id. */
const kindOf = ({ requestId: _, ...entry }: AuditEntry): string => JSON.stringify(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)));

export const gatherEntries = ({ write, logger, metrics }: GatherOptions): GatheredEntries => {
  const dropped = droppedIn(metrics);
  /** What waits, by its kind: what happens again before it is written is counted. */
  let waiting = new Map<string, GatheredAuditEntry>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let isFailing = false;

  const flushSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void flush();
    }, flushEveryMs).unref();
  };

  const put = (kind: string, entry: GatheredAuditEntry): void => {
    if (waiting.size >= mostWaiting) { dropped.inc(entry.times); return; }
    waiting.set(kind, entry);
  };

  /** As it was: nothing is counted into an entry that may have been written already. */
  const putBack = (entries: GatheredAuditEntry[]): void => {
    for (const entry of entries) put(entry.id, entry);
  };

  const writeWaiting = async (): Promise<void> => {
    const entries = [...waiting.values()];
    if (entries.length === 0) return;
    waiting = new Map();
    try {
      await write(entries);
      isFailing = false;
    } catch (error) {
      if (!isFailing) logger.warn({ err: error }, 'the audit log takes no entries; what was gathered waits, up to a bound');
      isFailing = true;
      putBack(entries);
      flushSoon();
    }
  };

  const flush = (): Promise<void> => {
    writing = writing.then(writeWaiting);
    return writing;
  };

  return {
    add(entry) {
      const kind = kindOf(entry);
      const same = waiting.get(kind);
      if (same === undefined) put(kind, { ...entry, id: newId(), happenedAt: new Date().toISOString(), times: 1 });
      else same.times += 1;
      flushSoon();
    },
    flush,
    async close() {
      await Promise.race([flush(), pause(lastMomentMs, undefined, { ref: false })]);
      clearTimeout(timer);
      for (const { times } of waiting.values()) dropped.inc(times);
    },
  };
};
