import type pg from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { DataOwner } from './table-ownership';

export interface MeasuredPool {
  /** Whose it is. A service has one of each name. */
  owner: DataOwner;
  name: 'prisma' | 'hot' | 'waiting' | 'changing';
  pool: pg.Pool;
}

/** The pools of each process, which has one registry. */
const poolsOf = new WeakMap<Registry, Set<MeasuredPool>>();

const gauges: [name: string, help: string, read: (pool: pg.Pool) => number][] = [
  ['chat_database_connections', 'Connections to Postgres that the pool has', ({ totalCount }) => totalCount],
  ['chat_database_connections_most', 'Connections to Postgres that the pool may have', ({ options }) => options.max],
  ['chat_database_connections_free', 'Connections to Postgres that nothing uses at the moment', ({ idleCount }) => idleCount],
  ['chat_database_waiting', 'Statements that wait for a connection of the pool', ({ waitingCount }) => waitingCount],
];

const measureAllOf = (registry: Registry): Set<MeasuredPool> => {
  const pools = new Set<MeasuredPool>();
  for (const [name, help, read] of gauges) {
    new Gauge({
      name, help, labelNames: ['service', 'pool'], registers: [registry],
      collect() { for (const { owner, name: of, pool } of pools) this.set({ service: owner, pool: of }, read(pool)); },
    });
  }
  poolsOf.set(registry, pools);
  return pools;
};

/** Tells of a pool, whenever somebody asks for the metrics. */
export const measurePool = (registry: Registry, pool: MeasuredPool): void => { (poolsOf.get(registry) ?? measureAllOf(registry)).add(pool); };
