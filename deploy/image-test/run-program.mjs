import { spawn } from 'node:child_process';

const keptOutput = 6_000;

/** Runs a program to its end. Rejects, with the last of what it printed, when it fails or takes too long. */
export const runProgram = (command, commandLine, { env = process.env, cwd, timeoutMs = 120_000, shows = false } = {}) => new Promise((resolve, reject) => {
  const child = spawn(command, commandLine, { env, ...(cwd === undefined ? {} : { cwd }), stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, last] = ['', ''];
  const timer = setTimeout(() => { child.kill('SIGKILL'); }, timeoutMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      if (stream === child.stdout) stdout += text;
      last = (last + text).slice(-keptOutput);
      if (shows) process.stdout.write(text);
    });
  }
  child.once('error', reject);
  child.once('close', (code, signal) => {
    clearTimeout(timer);
    if (code === 0) resolve(stdout.trim());
    else reject(new Error(`${command} ${commandLine.join(' ')} ended with ${code ?? signal}:\n${last}`));
  });
});
