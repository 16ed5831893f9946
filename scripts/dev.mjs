// npm run dev: npm start, and again whenever a source changed.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { root } from './start/root.mjs';

const settleMs = 300;
const isSource = (file) => file !== null && /\.(tsx?|css|html|sql|prisma)$/.test(file) && !/(^|[/\\])(dist|generated|node_modules)[/\\]|\.test\.ts$/.test(file);

let child;
let stopping = false;
let changed = false;
let timer;

const start = () => {
  changed = false;
  child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], { cwd: root, stdio: 'inherit' });
  child.once('exit', (code) => {
    child = undefined;
    if (stopping) process.exit(code ?? 0);
    else if (changed) start();
    else console.log('It has ended; it starts again at the next change of a source.');
  });
};

const restart = () => {
  changed = true;
  if (child === undefined) start();
  else child.kill('SIGTERM');
};

for (const folder of ['libs', 'services', 'prisma']) {
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    if (!isSource(file)) return;
    clearTimeout(timer);
    timer = setTimeout(restart, settleMs);
  });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = true;
    if (child === undefined) process.exit(0);
    child.kill('SIGTERM');
  });
}
start();
