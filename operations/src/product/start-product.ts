import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

export const repositoryRoot = join(__dirname, '../../..');

export interface ProductOptions {
  databaseUrl?: string;
  redisUrl?: string;
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** The services that it runs. Default: all. */
  services?: readonly string[];
  /** Where the built product is. Default: this repository. */
  product?: string;
  env?: NodeJS.ProcessEnv;
}

export interface Product {
  url: string;
  port: number;
  metricsUrl: string;
  /** What it logged as an error. */
  errors: readonly string[];
  /** @throws Error if it does not end in good order */
  stop(): Promise<void>;
}

interface ReadyMessage { type: 'ready'; port: number; metricsPort: number }

const stopWithinMs = 20_000;
const keptOutput = 8_000;
export const testSecretKey = 'operations-test-secret-key-0123456789abcdef';

/** Nothing of the caller's settings or of a `.env` reaches it. Contract mode, quick password hashes, no rate limits. */
const environment = ({ databaseUrl, redisUrl, dataDir, port = 0, env }: ProductOptions): NodeJS.ProcessEnv => {
  const { PATH, HOME } = process.env;
  const absent = { DB_URL: '', SMTP_URL: '', SECRET_KEY_PREVIOUS: '', PUBLIC_URL: '', CORS_ORIGINS: '', TRUST_PROXY: '' };
  return {
    PATH, HOME, ...absent, CHAT_BACKEND_SKIP_PREPARE: '1', NODE_ENV: 'test', HOST: '127.0.0.1', PORT: String(port), METRICS_PORT: '0', LOG_LEVEL: 'warn', EXPOSE_OTP: 'true',
    RATE_LIMIT_FACTOR: '0', BCRYPT_COST: '4', DRAIN_SECONDS: '3', SECRET_KEY: testSecretKey, DATABASE_URL: databaseUrl ?? '', REDIS_URL: redisUrl ?? '', DATA_DIR: dataDir, ...env,
  };
};

/** `node index.js`, as a process of its own; resolves when it serves. */
export const startProduct = async (options: ProductOptions): Promise<Product> => {
  const child = spawn(process.execPath, ['index.js', ...options.services ?? []], {
    cwd: options.product ?? repositoryRoot, env: environment(options), stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const endAlong = (): void => { child.kill('SIGKILL'); };
  process.once('exit', endAlong);
  const exited = new Promise<number | null>((resolve) => { child.once('exit', resolve); });
  void exited.then(() => process.off('exit', endAlong));

  let output = '';
  const errors: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      output = `${output}${line}\n`.slice(-keptOutput);
      if (/"level":"(error|fatal)"/.test(line)) errors.push(line);
    });
  }
  const ready = new Promise<ReadyMessage>((resolve) => { child.once('message', (message) => { resolve(message as ReadyMessage); }); });
  const { port, metricsPort } = await Promise.race([ready, exited.then((code) => { throw new Error(`node index.js ended with ${code}:\n${output}`); })]);
  return {
    url: `http://127.0.0.1:${port}`, port, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, errors,
    async stop() {
      const late = setTimeout(endAlong, stopWithinMs);
      child.kill('SIGTERM');
      const code = await exited;
      clearTimeout(late);
      if (code !== 0) throw new Error(`node index.js ended with ${code}:\n${output}`);
    },
  };
};
