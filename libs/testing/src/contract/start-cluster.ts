import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { freePort } from '../free-port';
import { testSecret } from '../test-constants';
import { standBefore } from './documents/stand-before';
import { startProductProcess, testSettings, type ProductProcess } from './product-process';
import type { Shape } from './shape';

/** A line of the cluster: what runs where. */
export interface ClusterProcess { service: string; pid: number; port: number }

export interface Cluster extends Shape {
  /** Every line so far, in order: a service that died has several. */
  processes: readonly ClusterProcess[];
  /** As its administrator. */
  databaseUrl: string;
  /** The next line, from now on. */
  nextProcess(): Promise<ClusterProcess>;
  /** Sends it a signal and waits until it has ended, with what exit code so ever. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Reads the cluster's lines until it says `ready`. */
const readLines = (cluster: ProductProcess, processes: ClusterProcess[], listeners: Set<(line: ClusterProcess) => void>): Promise<void> => new Promise((resolve, reject) => {
  const { stdout } = cluster.child;
  if (stdout === null) throw new Error('the cluster has no output');
  createInterface({ input: stdout }).on('line', (text) => {
    if (text === 'ready') { resolve(); return; }
    const line = JSON.parse(text) as ClusterProcess;
    processes.push(line);
    for (const listener of [...listeners]) listener(line);
  });
  cluster.child.once('exit', (code) => { reject(new Error(`the cluster ended with ${code}:\n${cluster.output()}`)); });
});

/** `npm run cluster -- --realtime 2`: real Postgres, real Redis, seven processes. */
export const startCluster = async (env: NodeJS.ProcessEnv): Promise<Cluster> => {
  const dataDir = env['DATA_DIR'] ?? mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'cluster-'));
  const port = await freePort();
  const cluster = startProductProcess(['scripts/cluster.mjs', '--realtime', '2', '--port', String(port)], {
    ...testSettings, SECRET_KEY: testSecret, ...env, DATA_DIR: dataDir,
  });
  const processes: ClusterProcess[] = [];
  const listeners = new Set<(line: ClusterProcess) => void>();
  try {
    await readLines(cluster, processes, listeners);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const portsOf = (service: string): number[] => processes.filter((line) => line.service === service).map((line) => line.port);
  const [first = 0, second = 0] = portsOf('realtime');
  const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8').trim();
  const databaseUrl = `postgresql://chat_admin:${password}@127.0.0.1:${portsOf('postgres')[0] ?? 0}/chat`;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on('error', () => undefined); // Postgres may be killed by a test
  const guard = await standBefore('the cluster', `http://127.0.0.1:${port}`);
  const [url, ...socketUrls] = [await guard.before(`http://127.0.0.1:${port}`), await guard.before(`http://127.0.0.1:${first}`), await guard.before(`http://127.0.0.1:${second}`)] as const;
  const endWith = async (signal: NodeJS.Signals): Promise<number | null> => {
    await pool.end();
    const code = await cluster.stop(signal);
    await guard.close();
    return code;
  };
  return {
    url, socketUrls,
    secretKey: testSecret,
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => (await pool.query<Row>(sql, [...values])).rows,
    processes, databaseUrl,
    nextProcess: () => new Promise((resolve) => {
      const listener = (line: ClusterProcess) => { listeners.delete(listener); resolve(line); };
      listeners.add(listener);
    }),
    end: (signal) => endWith(signal),
    async stop() {
      const code = await endWith('SIGTERM');
      expect({ code, output: cluster.output() }).toMatchObject({ code: 0 });
    },
  };
};
