import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ownerOfFolder, postmasterState } from './recover-folder';
import { isRunning } from './running-process';
import { administratorUrl } from './start-embedded-postgres';

/** Reads what lies in the folder. @throws Error that says what to do where it belongs to another account */
const reading = <Result>(folder: string, read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new Error(`The data in ${folder} belongs to another account. Run this as that account, or as root.`, { cause: error });
  }
};

/** Whether an embedded Postgres was ever started in the folder. @throws Error where it belongs to another account */
export const holdsPostgres = (folder: string): boolean => reading(folder, () => statSync(join(resolve(folder), 'data'), { throwIfNoEntry: false }) !== undefined);

const lookEveryMs = 100;
const startsWithinMs = 30_000;

const look = (home: string): { url: string } | undefined => {
  const running = postmasterState(join(home, 'data'));
  if (running?.state !== 'ready' || !isRunning(running.pid)) return undefined;
  return { url: administratorUrl(readFileSync(join(home, 'password'), 'utf8'), running.port) };
};

/**
 * The embedded Postgres of the folder that another process runs, as its administrator. One that starts is waited for.
 * @returns undefined when none runs
 * @throws Error that says what to do: the folder belongs to another account, or its process does not get Postgres to run
 */
export const findRunningPostgres = async (folder: string): Promise<{ url: string } | undefined> => {
  if (!holdsPostgres(folder)) return undefined;
  const home = realpathSync(resolve(folder));
  for (const deadline = Date.now() + startsWithinMs; ; await wait(lookEveryMs)) {
    const found = reading(folder, () => look(home));
    if (found !== undefined) return found;
    const owner = reading(folder, () => ownerOfFolder(home));
    if (owner === undefined) return undefined;
    if (Date.now() > deadline) throw new Error(`Process ${owner} uses the data in ${folder}, and its Postgres does not answer. Look at its log, and at ${join(home, 'postgres.log')}.`);
  }
};
