import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../../scripts/start/root.mjs';

const run = promisify(execFile);
const cache = join(root, 'node_modules/.cache/chat-backend');

const system = () => {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return `${/^ID="?([\w.-]+)/m.exec(release)?.[1] ?? 'unknown'}-${/^VERSION_ID="?([\w.-]+)/m.exec(release)?.[1] ?? 'unknown'}-${process.arch}`;
};

/** Fetches the packages and those of what they need that this system lacks. Private lists and no installing: nothing of the system changes, and root is not needed. */
const download = async (names, work) => {
  const archives = join(work, 'cache/archives');
  for (const folder of [join(work, 'lists/partial'), join(archives, 'partial')]) mkdirSync(folder, { recursive: true });
  const options = [
    `Dir::State::lists=${join(work, 'lists')}`, `Dir::Cache=${join(work, 'cache')}`, 'Debug::NoLocking=true', 'APT::Sandbox::User=root', 'Acquire::Languages=none', 'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option]);
  const aptGet = (...commandLine) => run('apt-get', ['--quiet=2', ...options, ...commandLine], { timeout: 300_000 });
  await aptGet('update');
  await aptGet('install', '--yes', '--download-only', '--no-install-recommends', ...names);
  return readdirSync(archives).filter((name) => name.endsWith('.deb')).map((name) => join(archives, name));
};

/**
 * Debian's packages, unpacked into a cache of this repository.
 * @returns the folder that stands for `/`, and the libraries' folders in it
 * @throws Error that says what to do where they cannot be had
 */
export const unpackedPackages = async (name, packages) => {
  const folder = join(cache, `bench-${name}-${system()}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const work = mkdtempSync(`${folder}-`);
    try {
      for (const archive of await download(packages, work)) await run('dpkg', ['-x', archive, join(work, 'unpacked')]);
      renameSync(join(work, 'unpacked'), folder);
    } catch (error) {
      throw new Error(`${name} is compared from Debian's packages, and they could not be fetched here: ${error.message}`, { cause: error });
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const triplet = readdirSync(join(folder, 'usr/lib')).find((one) => one.endsWith('-linux-gnu')) ?? '';
  return { folder, libraries: join(folder, 'usr/lib', triplet), triplet };
};
