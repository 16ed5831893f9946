import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/start/root.mjs';

// Components and replacements came with 4, and what our overlays do with both of them was tried with 5.
const oldestMajor = 5;
const cache = join(root, 'node_modules/.cache/chat-backend/kustomize');
const unpacked = join(cache, 'usr/bin/kustomize');
const advice = 'Install kubectl 1.27 or newer, or kustomize 5 or newer.';

const output = (command, options) => {
  try { return execFileSync(command, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 180_000 }); } catch { return undefined; }
};
const isRecent = (version) => Number(/v?(\d+)\./.exec(version ?? '')?.[1] ?? 0) >= oldestMajor;

const onThePath = () => {
  const kubectl = output('kubectl', ['version', '--client', '--output=json']);
  if (kubectl !== undefined && isRecent(JSON.parse(kubectl).kustomizeVersion)) return ['kubectl', 'kustomize'];
  return isRecent(output('kustomize', ['version'])) ? ['kustomize', 'build'] : undefined;
};

/** Where this machine gets Debian's packages from. */
const debianMirror = () => {
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const targets = output('apt-get', ['indextargets', '--format', '$(CODENAME) $(COMPONENT) $(REPO_URI)', 'Created-By: Packages']) ?? '';
  const uri = targets.split('\n').find((line) => line.startsWith(`${codename} main `))?.split(' ')[2];
  if (!uri) throw new Error('this is no Debian with a list of packages');
  return uri;
};

/**
 * Debian's kustomize, unpacked into a cache without being root. Debian 12 has none, and the kubectl of its kubernetes-client is of 2020 and knows no
 * components; Debian 13's runs on both.
 */
const unpackDebianPackage = () => {
  mkdirSync(join(cache, '..'), { recursive: true });
  const work = mkdtempSync(`${cache}-`);
  try {
    for (const folder of ['lists/partial', 'cache/archives/partial', 'parts', 'unpacked']) mkdirSync(join(work, folder), { recursive: true });
    writeFileSync(join(work, 'sources.list'), `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${debianMirror()} trixie main\n`);
    const options = [
      `Dir::Etc::SourceList=${join(work, 'sources.list')}`, `Dir::Etc::SourceParts=${join(work, 'parts')}`, `Dir::State::Lists=${join(work, 'lists')}`,
      `Dir::Cache=${join(work, 'cache')}`, 'Debug::NoLocking=true', 'APT::Sandbox::User=root', 'Acquire::Languages=none', 'Acquire::Retries=3',
    ].flatMap((option) => ['-o', option]);
    const aptGet = (...command) => execFileSync('apt-get', ['--quiet=2', ...options, ...command], { cwd: work, timeout: 180_000, stdio: ['ignore', 'ignore', 'pipe'] });
    aptGet('update');
    aptGet('download', 'kustomize');
    const [archive] = readdirSync(work).filter((name) => name.endsWith('.deb'));
    execFileSync('dpkg', ['-x', join(work, archive), join(work, 'unpacked')]);
    rmSync(cache, { recursive: true, force: true });
    renameSync(join(work, 'unpacked'), cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

/** @returns the command that builds the folder named after it, or the reason why there is none */
export const findKustomize = () => {
  const found = onThePath();
  if (found) return { command: found };
  try {
    if (!existsSync(unpacked) || output(unpacked, ['version']) === undefined) unpackDebianPackage();
  } catch (error) {
    return { reason: `No Kustomize was found, and Debian's package could not be fetched (${error.message.trim().split('\n')[0]}). ${advice}` };
  }
  return { command: [unpacked, 'build'] };
};
