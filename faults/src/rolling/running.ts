import type { Cluster } from '../cluster/start-cluster';
import type { Record } from '../history/events';
import type { Progress } from '../run/progress';
import type { Balancer } from './balancer/start-balancer';
import type { TrackedConnections } from './connections/track-connections';

/** What runs, under load, while processes come and go. */
export interface Running {
  product: string;
  cluster: Cluster;
  balancer: Balancer;
  connections: TrackedConnections;
  /** Of every process. */
  env: NodeJS.ProcessEnv;
  record: Record;
  hearsToTheEnd: (client: string) => boolean;
  progress: Progress;
  endings: { add(undo: () => void | Promise<void>): void };
}
