import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repositoryRoot = join(__dirname, '../../..');

const repositoryCache = (program: string): string => join(repositoryRoot, 'node_modules/.cache/chat-backend', cacheName(program));
const temporaryCache = (program: string): string => join(tmpdir(), `chat-backend-${userInfo().uid}`, cacheName(program));

/** A checkout may be shared by containers of several systems: what one of them unpacked does not run on another. */
const cacheName = (program: string): string => {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const field = (name: string): string => new RegExp(`^${name}="?([\\w.-]+)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${program}-${field('ID')}-${field('VERSION_ID')}-${process.arch}`;
};

/** The temporary folder is everybody's: run only what this user, root or the repository's owner put there. */
const isTrusted = (folder: string): boolean => [userInfo().uid, 0, lstatSync(repositoryRoot).uid].includes(lstatSync(folder).uid);

/** Where Debian's packages of a program were unpacked before. */
export const findUnpackedPackages = (program: string): string[] =>
  [repositoryCache(program), temporaryCache(program)].filter((folder) => existsSync(folder) && isTrusted(folder));

/** The environment in which a program of such a folder finds its libraries. */
export const environmentOfUnpacked = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  LD_LIBRARY_PATH: ['usr/lib', 'lib'].map((name) => join(folder, name)).filter((library) => existsSync(library)).flatMap((library) => [
    library, ...readdirSync(library, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => join(library, entry.name)),
  ]).join(':'),
});

/**
 * Unpacks the first of these packages that there is, and what it needs that this system lacks, into a cache, without being root. It is done beside
 * the cache and moved there complete: another process may do the same.
 */
export const unpackDebianPackages = async (program: string, wanted: readonly string[]): Promise<string> => {
  const cache = isWritableCache(repositoryCache(program)) ? repositoryCache(program) : temporaryCache(program);
  mkdirSync(join(cache, '..'), { recursive: true, mode: 0o700 });
  if (!isTrusted(join(cache, '..'))) throw new Error(`${join(cache, '..')} belongs to somebody else.`);
  const work = mkdtempSync(`${cache}-`);
  try {
    for (const name of await downloadPackages(work, wanted)) await run('dpkg', ['-x', name, join(work, 'unpacked')]);
    publish(join(work, 'unpacked'), cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return cache;
};

const isWritableCache = (cache: string): boolean => {
  try {
    mkdirSync(join(cache, '..'), { recursive: true });
    accessSync(join(cache, '..'), constants.W_OK);
    return true;
  } catch {
    return false; // a read-only checkout, or one that belongs to another user
  }
};

const downloadPackages = async (work: string, wanted: readonly string[]): Promise<string[]> => {
  const archives = join(work, 'cache/archives');
  for (const folder of [join(work, 'lists/partial'), join(archives, 'partial')]) mkdirSync(folder, { recursive: true });
  const options = [
    `Dir::State::lists=${join(work, 'lists')}`, `Dir::Cache=${join(work, 'cache')}`,
    // Without these an ordinary user could not, and root would become a user who cannot write here.
    'Debug::NoLocking=true', 'APT::Sandbox::User=root', 'Acquire::Languages=none', 'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option]);
  const aptGet = (...commandLine: string[]) => run('apt-get', ['--quiet=2', ...options, ...commandLine], { timeout: 300_000 });
  await aptGet('update');
  // Where none is known, it is the first one's failure that tells something.
  const [first = '', ...others] = wanted;
  const download = async (name: string): Promise<void> => { await aptGet('install', '--yes', '--download-only', '--no-install-recommends', name); };
  await others.reduce((tried, name) => tried.catch((error: unknown) => download(name).catch(() => { throw error; })), download(first));
  return readdirSync(archives).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
};

const publish = (unpacked: string, cache: string): void => {
  try {
    renameSync(unpacked, cache);
  } catch (error) {
    if (!existsSync(join(cache, 'usr'))) throw error; // else another process was first: its copy is as good
  }
};
