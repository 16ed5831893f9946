import pg from 'pg';
import type { Registry } from 'prom-client';
import { measurePool, type MeasuredPool } from './measure-pool';
import { keepalives } from './notice-vanished-host';
import type { DataOwner } from './table-ownership';

/** Connections for the few statements that are run for every message, written in SQL and run without Prisma. */
export type HotPool = pg.Pool;

export interface HotPoolOptions {
  url: string;
  poolSize: number;
  /** How long a statement may wait for a lock before it fails with 55P03, in milliseconds. */
  lockTimeoutMs: number;
  /** Told of each connection that broke before the end, in use or not; the pool makes another. */
  onConnectionError: (error: Error) => void;
  /** Absent: nobody asks how its connections are. */
  measuredAs?: { name: MeasuredPool['name']; metrics: Registry };
}

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 8_000;

const settings = (lockTimeoutMs: number): string => [
  // A statement is planned once a connection: for a batch of one, planning would cost more than running (measured: 1,300 against 600 microseconds).
  'set plan_cache_mode = force_generic_plan',
  // A plan lives long: one made while a table was small must not read it whole when it has grown. Every statement here has its index.
  'set enable_seqscan = off',
  // Acknowledged means committed, whatever the server's default is; a stronger setting than `on` is left alone.
  `select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')`,
  `set lock_timeout = ${lockTimeoutMs}`,
  `set statement_timeout = ${statementTimeoutMs}`,
  `set idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
  ...Object.entries(keepalives).map(([name, value]) => `set ${name} = ${value}`),
].join(';');

/** Run on each new connection; the pool waits for what it returns, and gives up the connection if that fails (its type does not tell). */
const prepare = (lockTimeoutMs: number) => (client: pg.ClientBase): unknown => client.query(settings(lockTimeoutMs));

/** Opens the connections when they are first needed. Beside Prisma's own: take what both may hold from one budget. */
export const openHotPool = (owner: DataOwner, { url, poolSize, lockTimeoutMs, onConnectionError, measuredAs }: HotPoolOptions): HotPool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // The server's own limit comes first; this one is for a server that has gone silent.
    query_timeout: statementTimeoutMs + 1_000,
    application_name: `chat-backend ${owner} hot`,
    onConnect: prepare(lockTimeoutMs),
  });
  // On the connection itself, as the pool listens only to those that nobody uses, and an error without a listener ends the process.
  // What a pool that has ended lets go of may be cut by a server that ends, too: that is no break.
  pool.on('connect', (client) => { client.on('error', (error) => { if (!pool.ending) onConnectionError(error); }); });
  pool.on('error', () => undefined);
  if (measuredAs !== undefined) measurePool(measuredAs.metrics, { owner, name: measuredAs.name, pool });
  return pool;
};
