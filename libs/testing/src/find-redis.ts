import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repositoryRoot = join(__dirname, '../../..');
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
  const cached = await findUnpacked(repositoryCache()) ?? await findUnpacked(temporaryCache());
  return cached ?? unpackDebianPackages();
};

const isUsable = async ({ command, env }: RedisCommand): Promise<boolean> => {
  try {
    const { stdout } = await run(command, ['--version'], { env });
    return Number(/ v=(\d+)\./.exec(stdout)?.[1] ?? 0) >= oldestMajor;
  } catch {
    return false; // not installed, or not for this machine
  }
};

const repositoryCache = (): string => join(repositoryRoot, 'node_modules/.cache/chat-backend', cacheName());
const temporaryCache = (): string => join(tmpdir(), `chat-backend-${userInfo().uid}`, cacheName());

/** A checkout may be shared by containers of several systems: what one of them unpacked does not run on another. */
const cacheName = (): string => {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const field = (name: string): string => new RegExp(`^${name}="?([\\w.-]+)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `redis-${field('ID')}-${field('VERSION_ID')}-${process.arch}`;
};

const findUnpacked = async (folder: string): Promise<RedisCommand | undefined> => {
  if (!existsSync(folder) || !isTrusted(folder)) return undefined;
  const binaries = join(folder, 'usr/bin');
  const env = { ...process.env, LD_LIBRARY_PATH: libraryFolders(folder).join(':') };
  for (const name of serverNames) {
    const found = { command: join(binaries, name), env };
    if (existsSync(found.command) && await isUsable(found)) return found;
  }
  return undefined;
};

/** The temporary folder is everybody's: run only what this user, root or the repository's owner put there. */
const isTrusted = (folder: string): boolean => [userInfo().uid, 0, lstatSync(repositoryRoot).uid].includes(lstatSync(folder).uid);

const libraryFolders = (folder: string): string[] =>
  ['usr/lib', 'lib'].map((name) => join(folder, name)).filter((library) => existsSync(library)).flatMap((library) => [
    library, ...readdirSync(library, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(library, entry.name)),
  ]);

/** Downloads what is missing for a server into a folder beside the cache's and moves it there complete: another process may do the same. */
const unpackDebianPackages = async (): Promise<RedisCommand> => {
  const cache = isWritableCache(repositoryCache()) ? repositoryCache() : temporaryCache();
  mkdirSync(join(cache, '..'), { recursive: true, mode: 0o700 });
  if (!isTrusted(join(cache, '..'))) throw new Error(`${join(cache, '..')} belongs to somebody else. ${advice}`);
  const work = mkdtempSync(`${cache}-`);
  try {
    const packages = await downloadPackages(work);
    for (const name of packages) await run('dpkg', ['-x', name, join(work, 'unpacked')]);
    publish(join(work, 'unpacked'), cache);
  } catch (error) {
    throw new Error(`No Redis found, and Debian's packages could not be fetched. ${advice}`, { cause: error });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const found = await findUnpacked(cache);
  if (!found) throw new Error(`The Redis that was unpacked into ${cache} does not start. ${advice}`);
  return found;
};

const advice = 'Install Redis 7 or newer (apt-get install redis-server, brew install redis) or, for the cluster, set REDIS_URL.';

const isWritableCache = (cache: string): boolean => {
  try {
    mkdirSync(join(cache, '..'), { recursive: true });
    accessSync(join(cache, '..'), constants.W_OK);
    return true;
  } catch {
    return false; // a read-only checkout, or one that belongs to another user
  }
};

/** The server's packages and those of its libraries that this system lacks. */
const downloadPackages = async (work: string): Promise<string[]> => {
  const archives = join(work, 'cache/archives');
  for (const folder of [join(work, 'lists/partial'), join(archives, 'partial')]) mkdirSync(folder, { recursive: true });
  const options = [
    `Dir::State::lists=${join(work, 'lists')}`, `Dir::Cache=${join(work, 'cache')}`,
    // Without these an ordinary user could not, and root would become a user who cannot write here.
    'Debug::NoLocking=true', 'APT::Sandbox::User=root', 'Acquire::Languages=none', 'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option]);
  const aptGet = (...commandLine: string[]) => run('apt-get', ['--quiet=2', ...options, ...commandLine], { timeout: 120_000 });
  await aptGet('update');
  const wanted = (name: string) => aptGet('install', '--yes', '--download-only', '--no-install-recommends', name);
  // Where the second is unknown, too, it is the first one's failure that tells something.
  await wanted('redis-server').catch((error: unknown) => wanted('valkey-server').catch(() => { throw error; }));
  return readdirSync(archives).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
};

const publish = (unpacked: string, cache: string): void => {
  try {
    renameSync(unpacked, cache);
  } catch (error) {
    if (!existsSync(join(cache, 'usr/bin'))) throw error; // else another process was first: its copy is as good
  }
};
