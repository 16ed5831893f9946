// npm run test:faults: builds what is not yet, and breaks it. See README.md beside this file.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareProduct } from '../scripts/prepare-product.mjs';

const folder = dirname(fileURLToPath(import.meta.url));
prepareProduct();
const { status } = spawnSync(process.execPath, [join(folder, '../scripts/compile.mjs')], { cwd: folder, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
const run = spawn(process.execPath, ['--enable-source-maps', '--max-old-space-size=8192', join(folder, 'dist/main.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches the run from the terminal; whoever stops this process alone stops the run, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { run.kill(signal); });
run.once('exit', (code) => { process.exitCode = code ?? 1; });
