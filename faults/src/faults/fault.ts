import type { ArmedCrashes } from '../cluster/crash-points';
import type { Cluster, ClusterProcess } from '../cluster/start-cluster';
import type { FaultyProxy } from '../network/faulty-proxy';
import type { SmallDisk } from './small-disk';

/** What faults are caused with. */
export interface FaultTools {
  cluster: Cluster;
  proxy: FaultyProxy;
  /** Absent where the cluster runs from the product itself, which has no crash points. */
  crashes?: ArmedCrashes;
  /** Absent where this account may not have one. */
  disk?: SmallDisk;
}

export const faultKinds = {
  kill: 'kill -9 of every service, of Redis and of Postgres',
  pause: 'SIGSTOP, and SIGCONT a while later, of the same',
  terminate: 'rolling SIGTERM of every service',
  flush: 'FLUSHALL of Redis',
  subscriber: 'the connections of subscribers to Redis cut, nothing else',
  backends: 'pg_terminate_backend of every connection, every 2 s',
  network: 'the network between a third of the clients and the gateway: slow, one byte at a time, answers dropped, connections reset',
  disk: 'a full disk under Postgres',
  crash: 'crashes at named points of the message path',
  clock: 'clocks of services 10 minutes apart, all the time',
} as const;
export type FaultKind = keyof typeof faultKinds;
export const allFaultKinds = Object.keys(faultKinds) as FaultKind[];

export interface Fault {
  name: FaultKind;
  target: string;
  /** Whom it hits: one fault at a time for each. */
  victims: readonly string[];
  /** Resolves when it is over and what it hit is back. @throws Error when it could not be caused, or somebody would have to look after it */
  cause(): Promise<void>;
}

/** A process that died, or was stopped for a while, is ready again within this time: on a busy machine, and when others are away as well. */
export const backWithinMs = 40_000;

export const nameOf = ({ service, port }: ClusterProcess): string => `${service}:${port}`;

/** What runs at this place now. @throws Error if nothing does */
export const runningAt = ({ cluster }: Pick<FaultTools, 'cluster'>, place: string): ClusterProcess => {
  const found = cluster.processes().find((one) => nameOf(one) === place);
  if (found === undefined) throw new Error(`nothing runs at ${place}`);
  return found;
};
