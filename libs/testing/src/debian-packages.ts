import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repositoryRoot = join(__dirname, '../../..');

export interface DebianPackages {
  /** What the cache's folder is called after. */
  name: string;
  /** Those to try, the first that the system knows is taken. */
  packages: readonly string[];
  /** Whether the packages that they depend on, and this system lacks, are fetched, too. Default: true. */
  withDependencies?: boolean;
  /** What to do where they cannot be had. */
  advice: string;
}

/**
 * Debian's packages unpacked into a cache, without being root and without installing anything.
 * @param use makes of the unpacked folder what is wanted; undefined: it is not there, or does not run here
 * @throws Error that says what to install where that is not to be had
 */
export const fromDebianPackages = async <Found>(wanted: DebianPackages, use: (folder: string) => Promise<Found | undefined>): Promise<Found> => {
  for (const cache of [repositoryCache(wanted.name), temporaryCache(wanted.name)]) {
    const found = existsSync(cache) && isTrusted(cache) ? await use(cache) : undefined;
    if (found !== undefined) return found;
  }
  const unpacked = await unpack(wanted);
  const found = await use(unpacked);
  if (found === undefined) throw new Error(`What was unpacked into ${unpacked} does not run. ${wanted.advice}`);
  return found;
};

/** Where programs of the unpacked folder find their libraries: `LD_LIBRARY_PATH`. */
export const libraryFolders = (folder: string): string[] =>
  ['usr/lib', 'lib'].map((name) => join(folder, name)).filter((library) => existsSync(library)).flatMap((library) => [
    library, ...readdirSync(library, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(library, entry.name)),
  ]);

const repositoryCache = (name: string): string => join(repositoryRoot, 'node_modules/.cache/chat-backend', cacheName(name));
const temporaryCache = (name: string): string => join(tmpdir(), `chat-backend-${userInfo().uid}`, cacheName(name));

/** A checkout may be shared by containers of several systems: what one of them unpacked does not run on another. */
const cacheName = (name: string): string => {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const field = (key: string): string => new RegExp(`^${key}="?([\\w.-]+)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${name}-${field('ID')}-${field('VERSION_ID')}-${process.arch}`;
};

/** The temporary folder is everybody's: run only what this user, root or the repository's owner put there. */
const isTrusted = (folder: string): boolean => [userInfo().uid, 0, lstatSync(repositoryRoot).uid].includes(lstatSync(folder).uid);

const isWritableCache = (cache: string): boolean => {
  try {
    mkdirSync(join(cache, '..'), { recursive: true });
    accessSync(join(cache, '..'), constants.W_OK);
    return true;
  } catch {
    return false; // a read-only checkout, or one that belongs to another user
  }
};

/** Downloads what is missing into a folder beside the cache's and moves it there complete: another process may do the same. */
const unpack = async (wanted: DebianPackages): Promise<string> => {
  const { name, advice } = wanted;
  const cache = isWritableCache(repositoryCache(name)) ? repositoryCache(name) : temporaryCache(name);
  mkdirSync(join(cache, '..'), { recursive: true, mode: 0o700 });
  if (!isTrusted(join(cache, '..'))) throw new Error(`${join(cache, '..')} belongs to somebody else. ${advice}`);
  const work = mkdtempSync(`${cache}-`);
  try {
    for (const archive of await download(work, wanted)) await run('dpkg', ['-x', archive, join(work, 'unpacked')]);
    publish(join(work, 'unpacked'), cache);
    return cache;
  } catch (error) {
    throw new Error(`No ${name} found, and Debian's packages could not be fetched. ${advice}`, { cause: error });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const download = async (work: string, { packages, withDependencies = true }: DebianPackages): Promise<string[]> => {
  const archives = join(work, 'cache/archives');
  for (const folder of [join(work, 'lists/partial'), join(archives, 'partial')]) mkdirSync(folder, { recursive: true });
  const options = [
    `Dir::State::lists=${join(work, 'lists')}`, `Dir::Cache=${join(work, 'cache')}`,
    // Without these an ordinary user could not, and root would become a user who cannot write here.
    'Debug::NoLocking=true', 'APT::Sandbox::User=root', 'Acquire::Languages=none', 'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option]);
  const aptGet = (...commandLine: string[]) => run('apt-get', ['--quiet=2', ...options, ...commandLine], { timeout: 300_000, cwd: archives });
  await aptGet('update');
  const fetch = (name: string) => aptGet(...(withDependencies ? ['install', '--yes', '--download-only', '--no-install-recommends'] : ['download']), name);
  const failures: unknown[] = [];
  for (const name of packages) {
    const isFetched = await fetch(name).then(() => true, (error: unknown) => { failures.push(error); return false; });
    if (isFetched) break;
  }
  // Where no other is known either, it is the first one's failure that tells something.
  if (failures.length === packages.length) throw failures[0];
  return readdirSync(archives).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
};

const publish = (unpacked: string, cache: string): void => {
  try {
    renameSync(unpacked, cache);
  } catch (error) {
    if (!existsSync(join(cache, 'usr'))) throw error; // else another process was first: its copy is as good
  }
};
