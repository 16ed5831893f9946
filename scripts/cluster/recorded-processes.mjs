import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { birthOf, ended, isRunning } = createRequire(import.meta.url)('@chat-backend/database');
const graceMs = 3_000;

/** Whether the recorded process still runs: its number alone may belong to another by now. */
const isSame = ({ pid, birth }) => isRunning(pid) && birth !== undefined && birthOf(pid) === birth;

const endLeftOver = async ({ pid }) => {
  process.kill(pid, 'SIGTERM');
  if (await ended(pid, graceMs)) return;
  process.kill(pid, 'SIGKILL');
  await ended(pid, graceMs);
};

/**
 * Keeps in a file which processes are this cluster's, so that the next start finds those that a kill -9 of this one left behind.
 * @throws Error if a living cluster uses the folder
 */
export const recordProcesses = async (dataDir) => {
  const file = join(dataDir, 'cluster-processes.json');
  const read = () => {
    try { return JSON.parse(readFileSync(file, 'utf8')); } catch { return { processes: [] }; }
  };
  const before = read();
  if (before.cluster !== undefined && isSame(before.cluster)) {
    throw new Error(`The data in ${dataDir} is in use by another cluster, process ${before.cluster.pid}. Stop that one, or set DATA_DIR to another folder (and PORT to another port).`);
  }
  await Promise.all(before.processes.filter(isSame).map(endLeftOver));

  const identified = (pid) => ({ pid, birth: birthOf(pid) });
  const cluster = identified(process.pid);
  const processes = new Map();
  const write = () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify({ cluster, processes: [...processes.values()] }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  write();
  return {
    add(pid) { processes.set(pid, identified(pid)); write(); },
    remove(pid) { if (processes.delete(pid)) write(); },
    forget() { rmSync(file, { force: true }); },
  };
};
