import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.mjs';

/** Debian 12 has compose only as version 1, in Python; the binary of the release after it needs no library. */
const releases = { bookworm: ['docker.io', 'containerd', 'runc', 'iptables', 'mmdebstrap'], trixie: ['docker-compose'] };
const mirror = 'http://deb.debian.org/debian';
/** What they need and a slim machine may lack. */
const libraries = ['libdevmapper1.02.1', 'libip4tc2', 'libip6tc2', 'libxtables12', 'libnftnl11', 'libmnl0', 'libnetfilter-conntrack3', 'libnfnetlink0', 'libseccomp2', 'libsystemd0'];

/** Downloads the packages of one release, from lists of its own, and unpacks them: nothing of this machine changes. */
const unpackRelease = async (release, names, folder) => {
  const work = join(folder, release);
  for (const name of ['lists/partial', 'archives/partial', 'debs']) mkdirSync(join(work, name), { recursive: true });
  writeFileSync(join(work, 'sources.list'), `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${release} main\n`);
  const options = [
    `Dir::Etc::sourcelist=${join(work, 'sources.list')}`, 'Dir::Etc::sourceparts=-', `Dir::State::lists=${join(work, 'lists')}`, `Dir::Cache=${work}`,
    'APT::Sandbox::User=root', 'Acquire::Languages=none', 'Acquire::Retries=3', 'Debug::NoLocking=true',
  ].flatMap((option) => ['-o', option]);
  await runProgram('apt-get', ['--quiet=2', ...options, 'update']);
  await runProgram('apt-get', ['--quiet=2', ...options, 'download', ...names], { cwd: join(work, 'debs') });
  for (const file of readdirSync(join(work, 'debs'))) await runProgram('dpkg', ['-x', join(work, 'debs', file), join(folder, 'unpacked')]);
};

/** @returns the folder that they were unpacked into */
export const unpackPackages = async (folder) => {
  await unpackRelease('bookworm', [...releases.bookworm, ...libraries], folder);
  await unpackRelease('trixie', releases.trixie, folder);
  return join(folder, 'unpacked');
};
