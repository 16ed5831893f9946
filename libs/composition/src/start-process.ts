import { serviceNames, type ServiceName } from '@chat-backend/contracts';
import type { Lease } from '@chat-backend/database';
import type { DestinationStream } from 'pino';
import { checkRedis } from './check-redis';
import { openProcessDatabase, type ProcessDatabase } from './process-database';
import { createProcessResources, type ProcessResources } from './process-resources';
import { readProcessConfig } from './read-process-config';
import { readSecretFiles } from './read-secret-files';
import { serveServices } from './serve-services';
import { serviceStarters, type ServiceStarters } from './start-service';
import { waitForLease } from './wait-for-lease';

export interface ProcessOptions {
  env: NodeJS.ProcessEnv;
  /** Absent: all. */
  services?: readonly ServiceName[];
  /** Where log lines go; absent: standard output. */
  logDestination?: DestinationStream;
  starters?: ServiceStarters;
  /** Aborted: the process stops, even while it starts; without a delay where the reason is `cannotGoOn`. */
  signal?: AbortSignal;
}

/** Why a process stops whose load balancer is to notice first. */
const toldToStop = 'told to stop';
/** Why the signal was aborted, where the process cannot wait for anybody. */
export const cannotGoOn = 'it cannot go on';

/** Where a process serves, or stands by. */
export interface ProcessPorts { port: number; metricsPort: number }

export interface RunningProcess {
  /** Where it listens, from the first moment on which it serves or stands by. */
  ports: ProcessPorts;
  /** Resolves when it serves for the first time; never, when it ends before. */
  ready: Promise<void>;
  stop(reason: string): Promise<void>;
  /** Settles when everything is closed; rejects with what ended the process against its will. */
  ended: Promise<void>;
}

/** The promise of a thing that happens once, and the means to make it happen. */
interface Occasion<Value> { promise: Promise<Value>; happen: (value: Value) => void; fail: (error: Error) => void }

const occasion = <Value>(): Occasion<Value> => {
  let happen: Occasion<Value>['happen'] = () => undefined;
  let fail: Occasion<Value>['fail'] = () => undefined;
  const promise = new Promise<Value>((resolve, reject) => { happen = resolve; fail = reject; });
  // Whoever waits for it learns of a failure; that nobody waits yet is no fault.
  promise.catch(() => undefined);
  return { promise, happen, fail };
};

interface Life {
  resources: ProcessResources;
  database: ProcessDatabase;
  starters: ServiceStarters;
  listening: Occasion<ProcessPorts>;
  ready: Occasion<void>;
  stopped: Occasion<string>;
  stopping: AbortSignal;
  /** Rejects when the process cannot go on. */
  failed: Occasion<never>;
}

/** One process of those that would serve a database without Redis may do so; the folder of an embedded one admits one process anyway. */
const needsLease = ({ resources: { config }, database }: Life): boolean => config.isWhole && config.redisUrl === undefined && database.kind === 'external';

/** Serves until it is told to stop or loses the lease. */
const serveOnce = async (life: Life, ports: ProcessPorts, lease: Lease | undefined): Promise<ProcessPorts> => {
  const { resources, database, starters } = life;
  const { config, logger } = resources;
  const databaseUrl = await database.prepare();
  const serving = await serveServices({ resources, starters, ...ports, databaseUrl });
  const { port, metricsPort } = serving;
  logger.info({
    port, metricsPort, services: config.services, database: database.kind, redis: config.redisUrl !== undefined, contractMode: config.isContractMode,
  }, 'ready');
  life.listening.happen({ port, metricsPort });
  life.ready.happen();

  const lost = lease?.lost.then(() => 'the lease was lost');
  try {
    const reason = await Promise.race([life.stopped.promise, life.failed.promise, ...(lost === undefined ? [] : [lost])]);
    const inTime = await serving.stop(reason, reason === toldToStop ? config.drainDelaySeconds : 0);
    if (!inTime && !life.stopping.aborted) throw new Error('The lease was lost, and the services did not stop in time: two processes must not serve one database.');
  } catch (error) {
    await serving.stop(cannotGoOn);
    throw error;
  }
  return { port, metricsPort };
};

/** Serves, and where a lease is lost, waits for it and serves again on the same port. */
const live = async (life: Life): Promise<void> => {
  const { resources, database, stopping } = life;
  let ports: ProcessPorts = { port: resources.config.port, metricsPort: resources.config.metricsPort };
  await database.available(stopping);
  while (!stopping.aborted) {
    const onStandBy = ({ port, metricsPort }: ProcessPorts): void => {
      ports = { port, metricsPort };
      life.listening.happen(ports);
    };
    const lease = needsLease(life) ? await waitForLease({ resources, databaseUrl: database.url, ...ports, onStandBy, signal: stopping }) : undefined;
    try {
      if (!stopping.aborted) ports = await serveOnce(life, ports, lease);
    } finally {
      await lease?.release();
    }
  }
};

/**
 * Starts the named services as one process. Resolves when it listens; without Redis it may have to stand by first (see `ready`).
 * @throws ConfigError with every fault of the environment; Error that says what to do
 */
export const startProcess = async (options: ProcessOptions): Promise<RunningProcess> => {
  const env = readSecretFiles(options.env);
  const config = readProcessConfig(env, options.services ?? serviceNames);
  const resources = createProcessResources(env, config, options.logDestination);
  const stopping = new AbortController();
  const stopped = occasion<string>();
  const failed = occasion<never>();
  const stop = (reason: string): void => {
    stopped.happen(reason);
    stopping.abort();
  };
  if (config.redisUrl !== undefined) await checkRedis(config.redisUrl, resources.logger);
  const database = await openProcessDatabase({ config, secretKey: resources.secretKey, logger: resources.logger, onFailure: failed.fail });
  const stopAtAbort = (): void => { stop(options.signal?.reason === cannotGoOn ? cannotGoOn : toldToStop); };
  if (options.signal?.aborted === true) stopAtAbort();
  options.signal?.addEventListener('abort', stopAtAbort, { once: true });

  const listening = occasion<ProcessPorts>();
  const ready = occasion<void>();
  const life: Life = { resources, database, starters: options.starters ?? serviceStarters, listening, ready, stopped, stopping: stopping.signal, failed };
  const ended = live(life).finally(() => database.stop());
  const ports = await Promise.race([listening.promise, ended.then(() => { throw new Error('The process was stopped before it served.'); })]);
  return { ports, ready: ready.promise, ended, stop: (reason) => { stop(reason); return ended; } };
};
