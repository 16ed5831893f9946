// Everything that the benchmark starts, so that nothing is left when it ends: in good order, on Ctrl-C, or on an error.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root } from '../../scripts/start/root.mjs';

const keptLines = 30;
const living = new Set();
/** The last resort. What the benchmark itself could still stop in order is stopped before. */
process.on('exit', () => { for (const child of living) child.kill(child.lastSignal); });

/**
 * Starts a program of this repository. Nothing of the caller's own settings reaches it.
 * @param lastSignal what it gets if it still runs when this process exits: SIGTERM for what has children of its own
 * @param onLine hears each line of its standard output
 */
export const startProgram = ({ name, program, env = {}, command = process.execPath, cwd = root, lastSignal = 'SIGKILL', onLine = () => {}, account = {} }) => {
  const { PATH, HOME } = process.env;
  const child = spawn(command, program, { cwd, env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], ...account });
  child.lastSignal = lastSignal;
  living.add(child);
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      if (stream === child.stdout) onLine(line);
    });
  }
  let stopping = false;
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => { living.delete(child); resolve(code ?? signal); });
    child.once('error', (error) => { living.delete(child); lines.push(error.message); resolve(error.message); });
  });
  const lastWords = () => lines.join('\n');
  return {
    child, pid: child.pid, exited, lastWords,
    /** Rejects when it ends by itself. */
    died: exited.then((how) => (stopping ? new Promise(() => {}) : Promise.reject(new Error(`${name} ended by itself (${how}):\n${lastWords()}`)))),
    async stop(withinMs = 15_000) {
      stopping = true;
      child.kill('SIGTERM');
      const late = setTimeout(() => { child.kill('SIGKILL'); }, withinMs);
      await exited;
      clearTimeout(late);
    },
  };
};
