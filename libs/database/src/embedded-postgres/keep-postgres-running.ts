import { setTimeout as wait } from 'node:timers/promises';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './start-embedded-postgres';

export interface KeptPostgres {
  port: number;
  /** The database `chat` as its administrator; stays the same through restarts. */
  url: string;
  /** The server process of now. */
  pid(): number;
  stop(): Promise<void>;
}

export interface PostgresKeeper {
  onDeath: (details: { pid: number }) => void;
  onRestart: (details: { pid: number }) => void;
  /** It died too often, or does not start any more. */
  onGivenUp: (error: Error) => void;
}

const restartsAllowed = 5;
const withinMs = 10 * 60_000;
const pauseMs = 250;

/** Starts the embedded Postgres, and starts it again on the same port when it dies by itself: at most five times in ten minutes. */
export const keepPostgresRunning = async (options: EmbeddedPostgresOptions, { onDeath, onRestart, onGivenUp }: PostgresKeeper): Promise<KeptPostgres> => {
  let current: EmbeddedPostgres = await startEmbeddedPostgres(options);
  const { port, url } = current;
  /** By the clock that never jumps. */
  let recentDeaths: number[] = [];
  let stopping = false;
  let restarting = Promise.resolve();

  const restart = async (): Promise<void> => {
    if (stopping) return;
    onDeath({ pid: current.pid });
    const now = performance.now();
    recentDeaths = [...recentDeaths.filter((time) => time > now - withinMs), now];
    if (recentDeaths.length > restartsAllowed) throw new Error(`The embedded Postgres died more than ${restartsAllowed} times in ten minutes; its log lies in ${options.folder}.`);
    await wait(pauseMs * recentDeaths.length);
    if (stopping) return;
    current = await startEmbeddedPostgres({ ...options, port });
    watch();
    onRestart({ pid: current.pid });
  };
  const watch = (): void => {
    void current.exited.then(() => { restarting = restart().catch((error: unknown) => { if (!stopping) onGivenUp(error as Error); }); });
  };
  watch();

  return {
    port, url,
    pid: () => current.pid,
    async stop() {
      stopping = true;
      await restarting;
      await current.stop();
    },
  };
};
