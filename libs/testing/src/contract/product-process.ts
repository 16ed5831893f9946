import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const repositoryRoot = join(__dirname, '../../../..');
const keptOutput = 20_000;
/** A process that stops must do so within 5 s; the rest is for a busy machine. */
const stopWithinMs = 15_000;

export interface ProductProcess {
  child: ChildProcess;
  /** The last of what it printed, on both outputs. */
  output(): string;
  /** What it logged as an error: nothing that a client does may cause one. */
  loggedErrors: readonly string[];
  /** Asks it to stop; resolves with the exit code when it has ended, by SIGKILL if it must. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a program of the repository as its own process, with an environment of the test's own: nothing of the caller's
 * settings or of a `.env` reaches it.
 * @param onMessage what it sends to its parent
 */
export const startProductProcess = (program: readonly string[], env: NodeJS.ProcessEnv, onMessage: (message: unknown) => void = () => undefined): ProductProcess => {
  const { PATH, HOME } = process.env;
  const absent = { REDIS_URL: '', DATABASE_URL: '', DB_URL: '', SMTP_URL: '', SECRET_KEY_PREVIOUS: '', EXPOSE_OTP: '', PUBLIC_URL: '', CORS_ORIGINS: '', TRUST_PROXY: '' };
  const child = spawn(process.execPath, [...program], { cwd: repositoryRoot, env: { PATH, HOME, ...absent, CHAT_BACKEND_SKIP_PREPARE: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let output = '';
  const loggedErrors: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      output = `${output}${line}\n`.slice(-keptOutput);
      if (/"level":"(error|fatal)"/.test(line)) loggedErrors.push(line);
    });
  }
  child.on('message', onMessage);
  const exited = new Promise<number | null>((resolve) => { child.once('exit', resolve); });
  return {
    child,
    output: () => output,
    loggedErrors,
    async stop(signal = 'SIGTERM') {
      const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      child.kill(signal);
      const code = await exited;
      clearTimeout(late);
      return code;
    },
  };
};

/** Settings that every shape has: quick password hashes, no rate limits, loopback, free internal ports. */
export const testSettings = { HOST: '127.0.0.1', METRICS_PORT: '0', RATE_LIMIT_FACTOR: '0', BCRYPT_COST: '4', LOG_LEVEL: 'warn', DRAIN_SECONDS: '2', NODE_ENV: 'test' };
