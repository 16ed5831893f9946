import { setTimeout as wait } from 'node:timers/promises';
import { tryTakeLease, type Lease } from '@chat-backend/database';
import { createServiceApp, unaudited, Refusal, serveProcess, type ServedProcess } from '@chat-backend/service-kit';
import { Registry } from 'prom-client';
import type { ProcessResources } from './process-resources';

export interface WaitForLeaseOptions {
  resources: ProcessResources;
  databaseUrl: string;
  port: number;
  metricsPort: number;
  /** The process listens, but serves nothing yet. */
  onStandBy: (ports: { port: number; metricsPort: number }) => void;
  signal: AbortSignal;
}

const pollMs = 1_000;
const heldByAnother = 'another process serves this database; without REDIS_URL only one may, so this one waits until it has gone. Stop the other, or set REDIS_URL for both';

/** Answers that it lives and is not ready, and refuses everything else, sockets too. */
const standBy = ({ resources, port, metricsPort }: WaitForLeaseOptions, reason: () => string): Promise<ServedProcess> => {
  const { config, keys, logger } = resources;
  const app = createServiceApp({
    logger, internalKeys: keys.internal, internal: {}, audit: unaudited,
    routes: (routes) => { routes.use(() => { throw new Refusal('UNAVAILABLE', { retryAfterSeconds: pollMs / 1000 }); }); },
  });
  return serveProcess({
    services: [], app, logger: logger.child({}, { level: 'warn' }), metrics: new Registry(),
    port, host: config.host, metricsPort, metricsHost: config.metricsHost, drainSeconds: 1,
    notReady: async () => [reason()],
    close: async () => undefined,
  });
};

/**
 * Waits for the right to serve the database alone. While another process has it, this one stands by: alive, not ready, refusing.
 * @returns undefined when it was told to stop
 */
export const waitForLease = async (options: WaitForLeaseOptions): Promise<Lease | undefined> => {
  const { resources: { logger }, databaseUrl, signal } = options;
  let reason = heldByAnother;
  const attempt = async (): Promise<Lease | undefined> => {
    try {
      const lease = await tryTakeLease(databaseUrl);
      reason = heldByAnother;
      return lease;
    } catch (error) {
      reason = `the database does not answer (${(error as Error).message})`;
      return undefined;
    }
  };

  const atOnce = await attempt();
  if (atOnce !== undefined) return atOnce;
  const server = await standBy(options, () => reason);
  options.onStandBy(server);
  logger.warn(reason);
  try {
    while (!signal.aborted) {
      await wait(pollMs, undefined, { signal }).catch(() => undefined);
      const lease = signal.aborted ? undefined : await attempt();
      if (lease === undefined) continue;
      logger.info('the other process has gone; this one serves now');
      return lease;
    }
    return undefined;
  } finally {
    await server.stop('standing by no more');
  }
};
