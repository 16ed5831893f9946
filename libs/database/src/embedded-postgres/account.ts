import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Postgres refuses to run as root: there it runs as `nobody`, from folders that `nobody` can reach. */
export interface PostgresHome {
  /** Holds `data`, `password` and `postgres.log`. */
  folder: string;
  binaries: string;
  /** Absent: this process's own account. */
  account?: { uid: number; gid: number };
}

const readablePlace = '/var/lib/chat-backend';
const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));

/** Whether every folder on the way lets others through. */
const isReachableByOthers = (path: string): boolean => {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
};

const linkTarget = (path: string): string | undefined => {
  try { return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined; } catch { return undefined; }
};

/** Whatever the umask is: others pass through it, to what is theirs below. */
const makeReadablePlace = (): void => {
  mkdirSync(readablePlace, { recursive: true });
  chmodSync(readablePlace, 0o755);
};

/** The folder itself, or, where `nobody` could not reach it, one elsewhere that it links to. */
const reachableFolder = (folder: string): string => {
  const linked = linkTarget(folder);
  if (linked !== undefined) {
    if (dirname(linked) === readablePlace) makeReadablePlace();
    mkdirSync(linked, { recursive: true });
    return linked;
  }
  mkdirSync(dirname(folder), { recursive: true });
  if (isReachableByOthers(dirname(folder))) { mkdirSync(folder, { recursive: true }); return folder; }
  makeReadablePlace();
  const place = join(readablePlace, randomBytes(8).toString('hex'));
  mkdirSync(place);
  symlinkSync(place, folder);
  return place;
};

const binariesVersion = (native: string): string =>
  (JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string }).version;

/** Whoever installed them may have kept them from others, by its umask. */
const letOthersRead = (path: string): void => {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  const isFolder = found.isDirectory();
  chmodSync(path, found.mode | (isFolder || (found.mode & 0o100) !== 0 ? 0o555 : 0o444));
  if (isFolder) for (const name of readdirSync(path)) letOthersRead(join(path, name));
};

/** One file tells of all of them: npm wrote them with one umask. */
const isReadableByOthers = (native: string): boolean =>
  isReachableByOthers(join(native, 'bin')) && (statSync(join(native, 'bin/initdb')).mode & 0o005) === 0o005;

/** A copy that `nobody` can read, made once per version; complete or not there at all. */
const readableCopy = (native: string): string => {
  // Those of before, without the word, may have kept the modes of an installation that was not for others.
  const copy = join(readablePlace, `postgres-${binariesVersion(native)}-for-all`);
  if (existsSync(copy)) return copy;
  makeReadablePlace();
  const unfinished = `${copy}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  letOthersRead(unfinished);
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
};

/** The account whose data it is already: root serves data that an ordinary user made as that user. */
const ownerOfData = (folder: string): PostgresHome['account'] => {
  const data = join(folder, 'data');
  if (!existsSync(data)) return undefined;
  const { uid, gid } = statSync(data);
  return uid === 0 ? undefined : { uid, gid };
};

export const preparePostgresHome = (folder: string, native: string): PostgresHome => {
  if (process.getuid?.() !== 0) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return { folder, binaries: native };
  }
  const account = ownerOfData(folder) ?? { uid: idOf('-u'), gid: idOf('-g') };
  const home = existsSync(join(folder, 'data')) ? realpathSync(folder) : reachableFolder(folder);
  chownSync(home, account.uid, account.gid);
  chmodSync(home, 0o700);
  return { folder: home, binaries: isReadableByOthers(native) ? native : readableCopy(native), account };
};

/** Writes a file that only the account of Postgres can read. */
export const writePrivately = (home: PostgresHome, name: string, content: string): string => {
  const path = join(home.folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  if (home.account) chownSync(path, home.account.uid, home.account.gid);
  return path;
};
