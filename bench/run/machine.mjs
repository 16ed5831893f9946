import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { median } from '../measuring/summarise.mjs';

const block = Buffer.alloc(8_192);

/** How long this disk takes to make a block durable, in microseconds: what each commit waits for at least. */
const syncMicros = (folder) => {
  const path = join(folder, 'sync-probe');
  const file = openSync(path, 'w');
  try {
    return median(Array.from({ length: 100 }, () => {
      const startedMs = performance.now();
      writeSync(file, block, 0, block.length, 0);
      fdatasyncSync(file);
      return (performance.now() - startedMs) * 1_000;
    }));
  } finally {
    closeSync(file);
    rmSync(path);
  }
};

/** What the figures depend on. */
export const describeMachine = (folder) => {
  const [{ model }] = cpus();
  return {
    cpu: model.trim(), cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), system: `${type()} ${release()}`, node: process.version,
    diskSyncMicros: Math.round(syncMicros(folder)), loadBefore: loadavg()[0],
  };
};
