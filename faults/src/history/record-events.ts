import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { NewHistoryEvent, Record } from './events';

export interface EventFile {
  path: string;
  record: Record;
  /** Milliseconds since the recording began. */
  now(): number;
  close(): Promise<void>;
}

const fileName = 'events.jsonl';
const linesAtOnce = 500;

/** Writes every event as a line of JSON, in the order of their coming. */
export const recordEvents = (folder: string): EventFile => {
  const path = join(folder, fileName);
  const file = createWriteStream(path);
  const begun = performance.now();
  let lines: string[] = [];
  const now = (): number => Math.round((performance.now() - begun) * 10) / 10;
  const flush = (): void => {
    if (lines.length > 0) file.write(`${lines.join('\n')}\n`);
    lines = [];
  };
  return {
    path, now,
    record(event: NewHistoryEvent) {
      if (lines.push(JSON.stringify({ at: now(), ...event })) >= linesAtOnce) flush();
    },
    close: () => new Promise((resolve, reject) => {
      flush();
      file.once('error', reject);
      file.end(resolve);
    }),
  };
};
