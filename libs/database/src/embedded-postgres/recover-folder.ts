import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { birthOf, commandOf, ended, isRunning } from './running-process';

const readLines = (path: string): string[] => {
  try { return readFileSync(path, 'utf8').split('\n'); } catch { return []; }
};

/**
 * Makes this process the folder's owner.
 * @throws Error if a living process owns it
 */
export const ownFolder = (folder: string): void => {
  const file = join(folder, 'owner');
  const [pidText = '', birth = ''] = readLines(file);
  const pid = Number(pidText);
  if (pid > 0 && pid !== process.pid && isRunning(pid) && birthOf(pid) === birth) {
    throw new Error(`The data in ${folder} is in use by process ${pid}. Stop that one, or set DATA_DIR to another folder (and PORT to another port).`);
  }
  writeFileSync(file, `${process.pid}\n${birthOf(process.pid) ?? ''}\n`);
};

export const disownFolder = (folder: string): void => { rmSync(join(folder, 'owner'), { force: true }); };

/** The state that Postgres writes into its own pid file: `ready` when it takes connections. */
export const postmasterState = (data: string): { pid: number; state: string } | undefined => {
  const lines = readLines(join(data, 'postmaster.pid'));
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, state: (lines[7] ?? '').trim() } : undefined;
};

/** After a kill -9: ends the Postgres that was left behind, and removes the pid file of one that is gone. */
export const recoverDataFolder = async (data: string): Promise<void> => {
  const left = postmasterState(data);
  if (left === undefined) return;
  const isOurs = isRunning(left.pid) && commandOf(left.pid).includes(data);
  if (isOurs) {
    for (const [signal, withinMs] of [['SIGINT', 5_000], ['SIGQUIT', 5_000], ['SIGKILL', 2_000]] as const) {
      process.kill(left.pid, signal);
      if (await ended(left.pid, withinMs)) break;
    }
  }
  if (!isRunning(left.pid) || !isOurs) rmSync(join(data, 'postmaster.pid'), { force: true });
};
