// Builds the product and these tests, as far as they are not, and runs one of their programs.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareProduct } from '../scripts/prepare-product.mjs';
import { fingerprint } from '../scripts/start/fingerprint.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
const note = join(folder, 'dist/.compiled-from');

/** Only what changed: another run may be using what lies there. */
const compile = () => {
  const print = fingerprint('faults/src', 'faults/tsconfig.build.json', 'tsconfig.base.json');
  if (existsSync(note) && readFileSync(note, 'utf8') === print) return;
  const { status } = spawnSync(process.execPath, [join(folder, '../scripts/compile.mjs')], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(note, print);
};

/** @param program below dist */
export const runCompiled = (program) => {
  prepareProduct();
  compile();
  const run = spawn(process.execPath, ['--enable-source-maps', '--max-old-space-size=8192', join(folder, 'dist', program), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the run from the terminal; whoever stops this process alone stops the run, too.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { run.kill(signal); });
  run.once('exit', (code) => { process.exitCode = code ?? 1; });
};
