import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../product/start-product';

const run = promisify(execFile);
const buildWithinMs = 240_000;

/** The release before this code: whoever makes a release writes its commit here. */
export const { commit } = JSON.parse(readFileSync(join(repositoryRoot, 'operations/previous-release.json'), 'utf8')) as { commit: string };

/** @throws Error that says what to do where the history does not reach back so far */
const checkHistory = async (): Promise<void> => {
  const isThere = await run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: repositoryRoot }).then(() => true, () => false);
  if (isThere) return;
  const isShallow = await run('git', ['rev-parse', '--is-shallow-repository'], { cwd: repositoryRoot }).then(({ stdout }) => stdout.trim() === 'true', () => false);
  throw new Error(`The previous release, ${commit} (operations/previous-release.json), is not in this clone. ${
    isShallow ? 'It is a shallow one: git fetch --unshallow.' : 'Fetch its branch, or write a commit there that the clone has.'}`);
};

/** The packages that are installed now, but the product's own, which are the previous release's. */
const linkPackages = (folder: string): void => {
  const packages = join(folder, 'node_modules');
  mkdirSync(join(packages, '@chat-backend'), { recursive: true });
  for (const name of readdirSync(join(repositoryRoot, 'node_modules'))) {
    if (name !== '@chat-backend') symlinkSync(join(repositoryRoot, 'node_modules', name), join(packages, name));
  }
  for (const group of ['libs', 'services']) {
    for (const name of readdirSync(join(folder, group))) {
      const manifest = join(folder, group, name, 'package.json');
      if (existsSync(manifest)) symlinkSync(join(folder, group, name), join(packages, (JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }).name));
    }
  }
};

/**
 * The previous release, built by its own scripts with the packages that are installed now. Made once for each commit, and kept in npm's cache folder.
 * @returns its folder
 */
export const buildPreviousRelease = async (): Promise<string> => {
  await checkHistory();
  const cache = join(repositoryRoot, 'node_modules/.cache/chat-backend', `release-${commit}`);
  if (existsSync(cache)) return cache;
  const folder = `${cache}-${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    await run('bash', ['-c', 'set -o pipefail; git archive "$1" | tar --extract --directory "$2"', 'bash', commit, folder], { cwd: repositoryRoot });
    linkPackages(folder);
    const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };
    await run(process.execPath, ['scripts/generate-prisma-client.mjs'], { cwd: folder, env, timeout: buildWithinMs });
    await run('npm', ['run', 'build', '--', '--skip-nx-cache'], { cwd: folder, env, timeout: buildWithinMs });
    // Links lead into the folder by its name.
    rmSync(join(folder, 'node_modules'), { recursive: true });
    renameSync(folder, cache);
    linkPackages(cache);
    return cache;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The previous release, ${commit}, could not be built:\n${stdout}${stderr}`.slice(0, 4_000), { cause: error });
  }
};
