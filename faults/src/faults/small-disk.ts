import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';

/** A file system of a size of our own, for filling it without filling the machine's. */
export interface SmallDisk {
  /** From now on there is no room, to the last block. */
  fill(): void;
  free(): void;
  remove(): void;
}

const mount = (...words: string[]): void => { execFileSync('mount', words, { stdio: 'pipe' }); };

/**
 * Mounts one in memory at this folder.
 * @returns undefined where that is not allowed: it takes root, on Linux
 */
export const mountSmallDisk = (folder: string, megabytes: number): SmallDisk | undefined => {
  mkdirSync(folder, { recursive: true });
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder);
  } catch {
    return undefined;
  }
  const resize = (kilobytes: number): void => { mount('-o', `remount,size=${kilobytes}k`, folder); };
  const usedKilobytes = (): number => {
    const { blocks, bfree, bsize } = statfsSync(folder);
    return Math.max(4, Math.ceil(((blocks - bfree) * bsize) / 1024));
  };
  return {
    fill() {
      // What is written between looking and shrinking makes the size too small, which is refused: look again.
      for (let tries = 1; ; tries += 1) {
        try { resize(usedKilobytes()); return; } catch (error) { if (tries === 50) throw error; }
      }
    },
    free() { resize(megabytes * 1024); },
    remove() { execFileSync('umount', ['-l', folder], { stdio: 'pipe' }); },
  };
};
