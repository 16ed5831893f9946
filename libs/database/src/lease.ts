import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** The right to be the one process that serves a database. Held by a session of its own: whoever dies loses it, with nothing to clean up. */
export interface Lease {
  /** Resolves when the session ended without `release`: from then on another process may hold the lease. */
  lost: Promise<void>;
  release(): Promise<void>;
}

/** Any number that nobody else takes in this database. */
const leaseLock = 5_072_120_901;
const heartbeatMs = 1_000;
const answerWithinMs = 3_000;

/** The server drops the session of a holder that vanished without a word (a power cut) after some ten seconds, not after hours. */
const noticeVanishedHolder = "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3; set idle_session_timeout = 0";

/** Asks the session again and again whether it lives, until it does not: a connection that was cut off does not always say so. */
const watchSession = (client: pg.Client): { ended: Promise<void>; giveUp: () => void } => {
  const over = new AbortController();
  const { signal } = over;
  client.once('end', () => { over.abort(); });
  const ended = (async () => {
    while (!signal.aborted) {
      await wait(heartbeatMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await client.query('select 1').catch(() => { over.abort(); });
    }
  })();
  return { ended, giveUp: () => { over.abort(); } };
};

/**
 * Takes the lease of a database, if no other process holds it. Needs a connection that keeps its session: not one through
 * a pooler in transaction mode.
 * @returns undefined while another process holds it
 * @throws Error when the database cannot be reached
 */
export const tryTakeLease = async (databaseUrl: string): Promise<Lease | undefined> => {
  const client = new pg.Client({
    connectionString: databaseUrl, application_name: 'chat-backend lease', keepAlive: true,
    connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs,
  });
  let released = false;
  // The end of the session is what counts; the error before it says nothing more.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(noticeVanishedHolder);
    const { rows: [row] } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [leaseLock]);
    if (row?.taken !== true) { await client.end(); return undefined; }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  const { ended, giveUp } = watchSession(client);
  const end = (): Promise<void> => client.end().catch(() => undefined);
  return {
    lost: new Promise((resolve) => { void ended.then(() => { if (!released) void end().finally(resolve); }); }),
    async release() {
      released = true;
      giveUp();
      await end();
    },
  };
};
