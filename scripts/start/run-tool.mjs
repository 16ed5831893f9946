import { spawn } from 'node:child_process';
import { root } from './root.mjs';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a command in the repository and collects what it prints. `onLine` hears each line. */
export const runTool = (command, commandLine, { env = {}, onLine = () => {} } = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, commandLine, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    // Who stops us stops the tool that we wait for, too.
    const stop = () => { child.kill('SIGTERM'); process.exit(130); };
    for (const signal of stopSignals) process.on(signal, stop);
    const conclude = (result) => {
      for (const signal of stopSignals) process.off(signal, stop);
      resolve(result);
    };
    let output = '';
    const hear = (chunk) => {
      const text = chunk.toString();
      output = (output + text).slice(-200_000);
      const line = text.trim().split('\n').at(-1)?.trim();
      if (line) onLine(line);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => { conclude({ succeeded: false, output: error.message }); });
    child.once('close', (code) => { conclude({ succeeded: code === 0, output }); });
  });

export const lastLines = (output, count = 15) => output.trim().split('\n').slice(-count).join('\n');
