import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromDebianPackages, libraryFolders } from './debian-packages';

const run = promisify(execFile);
const oldestMajor = 7;
/** The newest first; Debian 12 knows only Redis, later ones may know only Valkey. */
const serverNames = ['redis-server', 'valkey-server'] as const;

/** How to start a Redis (or Valkey) server of our own. */
export interface RedisCommand {
  command: string;
  env: NodeJS.ProcessEnv;
}

/** The server that `REDIS_URL` names, else a command that starts one. */
export const findRedis = async (): Promise<{ url: string } | RedisCommand> => {
  const url = process.env['REDIS_URL'];
  return url ? { url } : findRedisCommand();
};

const advice = 'Install Redis 7 or newer (apt-get install redis-server, brew install redis) or, for the cluster, set REDIS_URL.';

/**
 * A server that is installed, else Debian's packages unpacked into a cache without being root (about 4 s, once).
 * Throws, saying what to install, where neither is to be had.
 */
export const findRedisCommand = async (): Promise<RedisCommand> => {
  for (const name of serverNames) {
    if (await isUsable({ command: name, env: process.env })) return { command: name, env: process.env };
  }
  return fromDebianPackages({ name: 'redis', packages: serverNames, advice }, findUnpacked);
};

const isUsable = async ({ command, env }: RedisCommand): Promise<boolean> => {
  try {
    const { stdout } = await run(command, ['--version'], { env });
    return Number(/ v=(\d+)\./.exec(stdout)?.[1] ?? 0) >= oldestMajor;
  } catch {
    return false; // not installed, or not for this machine
  }
};

const findUnpacked = async (folder: string): Promise<RedisCommand | undefined> => {
  const env = { ...process.env, LD_LIBRARY_PATH: libraryFolders(folder).join(':') };
  for (const name of serverNames) {
    const found = { command: join(folder, 'usr/bin', name), env };
    if (existsSync(found.command) && await isUsable(found)) return found;
  }
  return undefined;
};
