import type { Cluster } from '../../cluster/start-cluster';
import { backWithinMs } from '../../faults/fault';
import type { RealtimeProcess } from './run-realtime';

/** Where a process of a service runs: its port outlives it. */
export interface Place {
  service: string;
  port: number;
  /** Tells it to stop, as a supervisor does. Resolves when another one is ready in its place. @throws Error when it does not end in good order, or that takes too long */
  restart(): Promise<void>;
}

/** The cluster starts again what ends. */
export const placesOf = (cluster: Cluster, service: string): Place[] => cluster.processes().filter((one) => one.service === service).map(({ port }) => ({
  service, port,
  async restart() {
    const now = cluster.processes().find((one) => one.service === service && one.port === port);
    if (now === undefined) throw new Error(`no ${service} runs on port ${port}`);
    process.kill(now.pid, 'SIGTERM');
    await cluster.isBack(now, backWithinMs);
  },
}));

export const placeOf = (realtime: RealtimeProcess): Place => ({
  service: 'realtime', port: realtime.port,
  async restart() {
    const code = await realtime.end('SIGTERM');
    if (code !== 0) throw new Error(`realtime on port ${realtime.port} ended with ${code}`);
    await realtime.start();
  },
});
