import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { fromDebianPackages, libraryFolders } from '@chat-backend/testing';

/** A Postgres with all of its tools: the product's own brings the server alone. */
export interface PostgresTools {
  /** `PATH` begins with their folder. */
  env: NodeJS.ProcessEnv;
  major: number;
}

const oldestMajor = 14;
const needed = ['postgres', 'initdb', 'pg_ctl', 'psql', 'createdb', 'pg_basebackup', 'pg_verifybackup', 'pg_dump', 'pg_restore'];
const advice = 'Install Postgres 14 or newer with its tools (apt-get install postgresql postgresql-client).';

/** Debian keeps each major version in a folder of its own. */
const findBelow = async (root: string, env: NodeJS.ProcessEnv): Promise<PostgresTools | undefined> => {
  const versions = join(root, 'usr/lib/postgresql');
  const folders = existsSync(versions) ? readdirSync(versions).sort((one, other) => Number(other) - Number(one)) : [];
  for (const major of folders.map(Number).filter((number) => number >= oldestMajor)) {
    const folder = join(versions, String(major), 'bin');
    if (!needed.every((name) => existsSync(join(folder, name)))) continue;
    const found = { major, env: { ...env, PATH: `${folder}:${process.env['PATH'] ?? ''}` } };
    const runs = await promisify(execFile)(join(folder, 'postgres'), ['--version'], { env: found.env }).then(() => true, () => false);
    if (runs) return found;
  }
  return undefined;
};

/** Just-in-time compiling would bring a hundred megabytes, and nothing here needs it. */
const isWanted = (path: string): boolean => !/^libLLVM|^llvmjit/.test(basename(path));

/** Postgres refuses root, and whoever runs it then must be able to read it: the cache may lie where only root gets. */
const readableCopy = (unpacked: string, place: string): string => {
  const copy = join(place, 'postgres-tools');
  mkdirSync(copy, { mode: 0o755 });
  for (const part of ['usr/lib', 'usr/share/postgresql', 'lib']) {
    if (existsSync(join(unpacked, part))) cpSync(join(unpacked, part), join(copy, part), { recursive: true, verbatimSymlinks: true, filter: isWanted });
  }
  return copy;
};

/**
 * The one that is installed, else Debian's packages, unpacked without installing anything.
 * @param place a folder that everybody may enter, for a copy that everybody may read
 * @throws Error that says what to install
 */
export const findPostgres = async (place: string): Promise<PostgresTools> => {
  const installed = await findBelow('/', {});
  if (installed !== undefined) return installed;
  return fromDebianPackages({ name: 'postgres', packages: ['postgresql'], advice }, (folder) => {
    const root = process.getuid?.() === 0 ? readableCopy(folder, place) : folder;
    return findBelow(root, { LD_LIBRARY_PATH: libraryFolders(root).join(':') });
  });
};
