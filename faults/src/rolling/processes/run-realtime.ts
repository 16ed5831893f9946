import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@chat-backend/testing';
import { isServing, productEnvironment, type Cluster } from '../../cluster/start-cluster';

/** A realtime process beside those of the cluster, as an operator adds one. */
export interface RealtimeProcess {
  port: number;
  pid(): number;
  /** Starts it, on its port. Resolves when it is ready. */
  start(): Promise<void>;
  /** Resolves with the exit code when it has ended; null: by a signal. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export interface RealtimeOptions { product: string; cluster: Cluster; env: NodeJS.ProcessEnv; number: number }

const readyWithinMs = 40_000;

const addressesIn = (cluster: Cluster, service: string): string =>
  cluster.processes().filter((one) => one.service === service).map(({ port }) => `http://127.0.0.1:${port}`).join(',');

export const addRealtime = async ({ product, cluster, env, number }: RealtimeOptions): Promise<RealtimeProcess> => {
  const port = await freePort();
  const logs = join(cluster.dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  let child = { pid: 0, exited: Promise.resolve<number | null>(0), kill: (_signal: NodeJS.Signals): void => undefined };

  const launch = (): void => {
    const log = openSync(join(logs, `realtime-${number}.log`), 'a');
    const started = spawn(process.execPath, ['index.js', 'realtime'], {
      cwd: product, detached: true, stdio: ['ignore', log, log],
      env: { ...productEnvironment(env, cluster.dataDir), PORT: String(port), REDIS_URL: cluster.redisUrl, AUTH_URL: addressesIn(cluster, 'auth'), MESSAGING_URL: addressesIn(cluster, 'messaging') },
    });
    closeSync(log);
    const exited = new Promise<number | null>((resolve) => { started.once('exit', resolve); });
    const endAlong = (): void => { started.kill('SIGKILL'); };
    process.once('exit', endAlong);
    void exited.then(() => process.off('exit', endAlong));
    child = { pid: started.pid ?? 0, exited, kill: (signal) => { started.kill(signal); } };
  };

  return {
    port,
    pid: () => child.pid,
    async start() {
      launch();
      for (const deadline = Date.now() + readyWithinMs; !await isServing(port); await pause(50)) {
        if (Date.now() > deadline) throw new Error(`realtime-${number} was not ready within ${readyWithinMs / 1000} s; see its log`);
      }
    },
    end(signal) {
      child.kill(signal);
      return child.exited;
    },
  };
};
