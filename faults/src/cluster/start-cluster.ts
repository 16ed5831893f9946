import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@chat-backend/testing';
import pg from 'pg';

/** A process of the cluster: what serves on this port at the moment. */
export interface ClusterProcess { service: string; pid: number; port: number }

export interface Cluster {
  /** The gateway. */
  url: string;
  dataDir: string;
  redisUrl: string;
  /** The database as its administrator; waits out a Postgres that is away for a moment. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** What runs now. */
  processes(): ClusterProcess[];
  /**
   * Resolves when the process has been replaced and its replacement is ready.
   * @throws Error when that takes longer: somebody would have to look after it
   */
  isBack(gone: ClusterProcess, withinMs: number): Promise<void>;
  /** @throws Error if it does not end in good order */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** The product's folder: the repository, or a copy of it. */
  product: string;
  dataDir: string;
  env: NodeJS.ProcessEnv;
  /** How many processes of a service; absent: one. */
  counts: Readonly<Record<string, number>>;
  onProcess: (line: ClusterProcess) => void;
}

const readyWithinMs = 60_000;
const stopWithinMs = 15_000;
const queryTriedForMs = 20_000;
const isStore = ({ service }: ClusterProcess): boolean => service === 'postgres' || service === 'redis';

/** The environment of the product's processes: nothing of the caller's settings or of a `.env` reaches them. */
export const productEnvironment = (env: NodeJS.ProcessEnv, dataDir: string): NodeJS.ProcessEnv => {
  const { PATH, HOME } = process.env;
  const absent = { REDIS_URL: '', DATABASE_URL: '', DB_URL: '', SMTP_URL: '', SECRET_KEY_PREVIOUS: '', PUBLIC_URL: '', CORS_ORIGINS: '', TRUST_PROXY: '' };
  return {
    PATH, HOME, ...absent, CHAT_BACKEND_SKIP_PREPARE: '1', HOST: '127.0.0.1', METRICS_PORT: '0', NODE_ENV: 'test', LOG_LEVEL: 'warn',
    RATE_LIMIT_FACTOR: '0', BCRYPT_COST: '4', DRAIN_SECONDS: '1', ...env, DATA_DIR: dataDir,
  };
};

const untilReady = (child: ChildProcess, onLine: (line: ClusterProcess) => void): Promise<void> => new Promise((resolve, reject) => {
  let errors = '';
  const late = setTimeout(() => { reject(new Error(`the cluster was not ready within ${readyWithinMs / 1000} s:\n${errors}`)); }, readyWithinMs);
  child.stderr?.on('data', (text: Buffer) => { errors = (errors + text.toString()).slice(-4_000); });
  child.once('exit', (code) => { clearTimeout(late); reject(new Error(`the cluster ended with ${code}:\n${errors}`)); });
  if (child.stdout === null) { reject(new Error('the cluster has no output')); return; }
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (text === 'ready') { clearTimeout(late); resolve(); } else onLine(JSON.parse(text) as ClusterProcess);
  });
});

/** Whether whoever has this port says that it is ready. */
export const isServing = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(({ ok }) => ok, () => false);

const openAdministrator = (dataDir: string, port: number): { query: Cluster['query']; end(): Promise<void> } => {
  const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8').trim();
  const pool = new pg.Pool({
    connectionString: `postgresql://chat_admin:${password}@127.0.0.1:${port}/chat`, max: 3, connectionTimeoutMillis: 3_000, application_name: 'faults',
  });
  // Postgres is killed under it.
  pool.on('connect', (client) => { client.on('error', () => undefined); });
  pool.on('error', () => undefined);
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      for (const deadline = Date.now() + queryTriedForMs; ; await pause(100)) {
        try {
          return (await pool.query<Row>(sql, [...values])).rows;
        } catch (error) {
          if (Date.now() > deadline) throw error;
        }
      }
    },
    end: () => pool.end(),
  };
};

const startOnPort = async ({ product, dataDir, env, counts, onProcess }: ClusterOptions, port: number): Promise<Cluster> => {
  const counted = Object.entries(counts).flatMap(([service, count]) => [`--${service}`, String(count)]);
  const child = spawn(process.execPath, ['scripts/cluster.mjs', ...counted, '--port', String(port)], {
    cwd: product, env: productEnvironment(env, dataDir), stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C is for this run, which stops the cluster in order.
    detached: true,
  });
  const exited = new Promise<number | null>((resolve) => { child.once('exit', resolve); });
  const endAlong = (): void => { child.kill('SIGTERM'); };
  process.once('exit', endAlong);
  void exited.then(() => process.off('exit', endAlong));

  const current = new Map<string, ClusterProcess>();
  await untilReady(child, (line) => {
    current.set(`${line.service} ${line.port}`, line);
    onProcess(line);
  });
  const portOf = (service: string): number => [...current.values()].find((one) => one.service === service)?.port ?? 0;
  const administrator = openAdministrator(dataDir, portOf('postgres'));

  const isReady = async (one: ClusterProcess): Promise<boolean> => isStore(one) || isServing(one.port);
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    redisUrl: `redis://127.0.0.1:${portOf('redis')}`,
    query: (sql, values) => administrator.query(sql, values),
    processes: () => [...current.values()],
    async isBack(gone, withinMs) {
      for (const deadline = Date.now() + withinMs; Date.now() < deadline; await pause(50)) {
        const now = current.get(`${gone.service} ${gone.port}`);
        if (now !== undefined && now.pid !== gone.pid && await isReady(now)) return;
      }
      throw new Error(`${gone.service} on port ${gone.port} was not back within ${withinMs / 1000} s`);
    },
    async stop() {
      await administrator.end();
      const late = setTimeout(() => { child.kill('SIGKILL'); }, stopWithinMs);
      child.kill('SIGTERM');
      const code = await exited;
      clearTimeout(late);
      if (code !== 0) throw new Error(`the cluster ended with ${code}`);
    },
  };
};

const attempts = 4;

/** `npm run cluster -- --realtime 2 …`, on loopback, with data of its own. A free port may be taken before the cluster takes it: then on another. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnPort(options, await freePort());
    } catch (error) {
      if (attempt === attempts || !/Port \d+ is taken|EADDRINUSE/.test((error as Error).message)) throw error;
    }
  }
};
