import { randomUUID } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Makes a private file (0600) with its whole content, or not at all: of several processes that try at once exactly one succeeds.
 * @returns whether this process made it; false when it was there already
 */
export const createFileOnce = (path: string, content: string): boolean => {
  const unfinished = `${path}.${randomUUID()}`;
  writeFileSync(unfinished, content, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(unfinished, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
};
