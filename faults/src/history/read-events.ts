import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { HistoryEvent } from './events';

const chunkBytes = 1 << 20;

/** The events of a file, one after the other: a long run's do not fit into memory. Each iteration reads it from the start. */
export const readEvents = (path: string): Iterable<HistoryEvent> => ({
  *[Symbol.iterator]() {
    const file = openSync(path, 'r');
    try {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const decoder = new StringDecoder('utf8');
      let rest = '';
      for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
        const lines = (rest + decoder.write(chunk.subarray(0, length))).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line) as HistoryEvent;
      }
    } finally {
      closeSync(file);
    }
  },
});
