import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../start/root.mjs';

const lastLines = (file) => {
  try { return readFileSync(file, 'utf8').trim().split('\n').slice(-12).join('\n'); } catch { return ''; }
};

/** Each line with the name of who said it, for people who look at all of them. */
const tellOf = (name, stream) => {
  createInterface({ input: stream }).on('line', (line) => { process.stderr.write(`${name} | ${line}\n`); });
};

/**
 * Starts one service as `node index.js <service>`. Its log goes to a file under the data folder, or to standard error.
 * @returns its pid; a promise of its end; `stop`, which asks, and `kill`
 */
export const startService = ({ service, number, port, env, dataDir, verbose }) => {
  const name = `${service}-${number}`;
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${name}.log`);
  const output = verbose ? 'pipe' : openSync(log, 'a');
  // A session of its own: Ctrl-C in the terminal is for the cluster, which stops its services in order.
  const child = spawn(process.execPath, ['index.js', service], { cwd: root, detached: true, env: { ...env, PORT: String(port) }, stdio: ['ignore', output, output] });
  if (verbose) for (const stream of [child.stdout, child.stderr]) tellOf(name, stream);
  else closeSync(output);
  const exited = new Promise((resolve) => {
    child.once('error', (error) => { appendFileSync(log, `${error.message}\n`); resolve(); });
    child.once('exit', resolve);
  });
  return {
    pid: child.pid, port, exited,
    stop: () => { child.kill('SIGTERM'); return exited; },
    kill: () => { child.kill('SIGKILL'); return exited; },
    lastWords: () => (verbose ? '' : lastLines(log)),
  };
};
