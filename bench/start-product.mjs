import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const readyWithinMs = 60_000;
const stopWithinMs = 15_000;
const keptOutput = 4_000;

/** What the caller's environment or a `.env` says of these is not for a measurement. */
const absent = { REDIS_URL: '', DB_URL: '', SMTP_URL: '', SECRET_KEY_PREVIOUS: '', EXPOSE_OTP: '', PUBLIC_URL: '', CORS_ORIGINS: '', TRUST_PROXY: '' };

/** Starts everything in one process, as `node index.js` does, on a free port of loopback. */
export const startProduct = async (env) => {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['index.js'], {
    cwd: root, env: { PATH, HOME, ...absent, HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'warn', DRAIN_SECONDS: '2', ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output = `${output}${chunk}`.slice(-keptOutput); });
  const exited = new Promise((resolve) => { child.once('exit', resolve); });
  /** As a power cut does. */
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const stop = async () => {
    const late = setTimeout(() => { child.kill('SIGKILL'); }, stopWithinMs);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(late);
  };

  const port = await new Promise((resolve, reject) => {
    const late = setTimeout(() => { reject(new Error(`not ready within ${readyWithinMs / 1000} s:\n${output}`)); }, readyWithinMs);
    child.on('message', (message) => { if (message.type === 'ready') { clearTimeout(late); resolve(message.port); } });
    void exited.then((code) => { clearTimeout(late); reject(new Error(`node index.js ended with ${code}:\n${output}`)); });
  }).catch(async (error) => { await stop(); throw error; });
  return { url: `http://127.0.0.1:${port}`, stop, kill };
};
