import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOfUnpacked, findUnpackedPackages, unpackDebianPackages } from './debian-packages';

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

/**
 * A server that is installed, else Debian's packages unpacked into a cache without being root (about 4 s, once).
 * Throws, saying what to install, where neither is to be had.
 */
export const findRedisCommand = async (): Promise<RedisCommand> => {
  for (const name of serverNames) {
    if (await isUsable({ command: name, env: process.env })) return { command: name, env: process.env };
  }
  for (const folder of findUnpackedPackages('redis')) {
    const found = await commandIn(folder);
    if (found !== undefined) return found;
  }
  return unpackRedis();
};

const isUsable = async ({ command, env }: RedisCommand): Promise<boolean> => {
  try {
    const { stdout } = await run(command, ['--version'], { env });
    return Number(/ v=(\d+)\./.exec(stdout)?.[1] ?? 0) >= oldestMajor;
  } catch {
    return false; // not installed, or not for this machine
  }
};

const commandIn = async (folder: string): Promise<RedisCommand | undefined> => {
  const env = environmentOfUnpacked(folder);
  for (const name of serverNames) {
    const found = { command: join(folder, 'usr/bin', name), env };
    if (existsSync(found.command) && await isUsable(found)) return found;
  }
  return undefined;
};

const advice = 'Install Redis 7 or newer (apt-get install redis-server, brew install redis) or, for the cluster, set REDIS_URL.';

const unpackRedis = async (): Promise<RedisCommand> => {
  const folder = await unpackDebianPackages('redis', serverNames).catch((cause: unknown) => {
    throw new Error(`No Redis found, and Debian's packages could not be fetched. ${advice}`, { cause });
  });
  const found = await commandIn(folder);
  if (!found) throw new Error(`The Redis that was unpacked into ${folder} does not start. ${advice}`);
  return found;
};
