import { chownSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileOnce } from '@chat-backend/service-kit';
import { birthOf, commandOf, ended, isRunning } from './running-process';

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
};

const ownerFile = (folder: string): string => join(folder, 'owner');
const me = (): string => `${process.pid}\n${birthOf(process.pid) ?? ''}\n`;

/** The process that a note of ownership names, if it still lives. */
const livingOwner = (note: string): number | undefined => {
  const [pidText = '', birth = ''] = note.split('\n');
  const pid = Number(pidText);
  return pid > 0 && isRunning(pid) && birthOf(pid) === birth ? pid : undefined;
};

/** The living process that has made itself the folder's owner. */
export const ownerOfFolder = (folder: string): number | undefined => livingOwner(readText(ownerFile(folder)));

const inUse = (folder: string, pid: number): Error =>
  new Error(`The data in ${folder} is in use by process ${pid}. Stop that one, or set DATA_DIR to another folder (and PORT to another port).`);

/** Takes away the note of an owner that is gone. Several may try at once: what was moved is looked at again. */
const removeNote = (folder: string, seen: string): void => {
  const file = ownerFile(folder);
  const moved = `${file}.${process.pid}`;
  try {
    renameSync(file, moved);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const note = readText(moved);
  rmSync(moved);
  const owner = note === seen ? undefined : livingOwner(note);
  if (owner === undefined) return;
  createFileOnce(file, note);
  throw inUse(folder, owner);
};

/**
 * Makes this process the folder's owner: of several that try at once, one.
 * @param account may read the note too, for when it starts here by itself
 * @throws Error if another living process owns it
 */
export const ownFolder = (folder: string, account?: { uid: number; gid: number }): void => {
  while (!createFileOnce(ownerFile(folder), me())) {
    const note = readText(ownerFile(folder));
    if (note === me()) return;
    const owner = livingOwner(note);
    if (owner !== undefined) throw inUse(folder, owner);
    removeNote(folder, note);
  }
  if (account !== undefined) chownSync(ownerFile(folder), account.uid, account.gid);
};

export const disownFolder = (folder: string): void => { rmSync(ownerFile(folder), { force: true }); };

/** What Postgres writes into its own pid file; the state is `ready` when it takes connections. */
export const postmasterState = (data: string): { pid: number; port: number; state: string } | undefined => {
  const lines = readText(join(data, 'postmaster.pid')).split('\n');
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: Number(lines[3]), state: (lines[7] ?? '').trim() } : undefined;
};

/** No process can have this number, on no system. */
const nobodysPid = 2_147_483_646;

/**
 * Tells Postgres that its predecessor is gone, where the number in its pid file is in use: by another program, or by the dead
 * predecessor that nobody has collected yet. The rest of the file stays: Postgres reads in it whether something of the old one
 * still works on the data, and refuses to start as long as it does.
 */
const declareGone = (data: string): void => {
  const file = join(data, 'postmaster.pid');
  writeFileSync(file, readText(file).replace(/^.*/, String(nobodysPid)));
};

/** After a kill -9: ends the Postgres that was left behind. */
export const recoverDataFolder = async (data: string): Promise<void> => {
  const left = postmasterState(data);
  if (left === undefined) return;
  if (isRunning(left.pid) && commandOf(left.pid).includes(data)) {
    for (const [signal, withinMs] of [['SIGINT', 5_000], ['SIGQUIT', 5_000], ['SIGKILL', 2_000]] as const) {
      process.kill(left.pid, signal);
      if (await ended(left.pid, withinMs)) break;
    }
  }
  if (postmasterState(data)?.pid === left.pid) declareGone(data);
};
