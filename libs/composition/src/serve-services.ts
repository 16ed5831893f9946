import type { ServiceName } from '@chat-backend/contracts';
import { createInProcessEvents, createRedisEvents, type DomainEvents } from '@chat-backend/events';
import {
  createHttpInternalCaller, createLocalInternalCaller, createTokenVerifier, serveProcess, type InternalCaller, type InternalHandlers, type ProcessContext, type Service,
} from '@chat-backend/service-kit';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ProcessResources } from './process-resources';
import { serveInProcess } from './serve-in-process';
import type { ServiceStarters } from './start-service';

export interface ServeServicesOptions {
  resources: ProcessResources;
  starters: ServiceStarters;
  port: number;
  metricsPort: number;
  databaseUrl: (service: ServiceName) => string;
}

export interface ServedServices {
  port: number;
  metricsPort: number;
  /**
   * @param delaySeconds how long it takes calls on, though it is not ready any more. Default: 0
   * @returns whether everything was closed in time; if not, something may still be at work
   */
  stop(reason: string, delaySeconds?: number): Promise<boolean>;
}

const openEvents = ({ config: { redisUrl }, logger }: ProcessResources): DomainEvents =>
  redisUrl === undefined ? createInProcessEvents() : createRedisEvents({ url: redisUrl, onError: (error) => { logger.warn({ err: error }, 'events: Redis failed'); } });

/** What the services share, and how they reach each other: those of this process directly, the others over HTTP. */
interface Wiring { events: DomainEvents; internal: InternalCaller; handlers: InternalHandlers; metrics: Registry }

const wire = (resources: ProcessResources): Wiring => {
  const handlers: InternalHandlers = {};
  const elsewhere = createHttpInternalCaller({ keys: resources.keys.internal, addresses: resources.config.addresses });
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const events = openEvents(resources);
  if (resources.config.redisUrl !== undefined) {
    new Gauge({
      name: 'chat_redis_connected', help: '1 while this process hears and is heard over Redis', registers: [metrics],
      collect() { this.set(events.isConnected() ? 1 : 0); },
    });
  }
  return { events, internal: createLocalInternalCaller(handlers, elsewhere, resources.logger), handlers, metrics };
};

const unwire = async ({ events, internal }: Wiring): Promise<void> => {
  await Promise.all([events.close(), internal.close()]);
};

const closeAll = async (services: Iterable<Service>): Promise<void> => {
  for (const service of [...services].reverse()) {
    await service.drain();
    await service.close();
  }
};

/** Starts the process's services one after the other, each with those before it at hand; all or none. */
const startAll = async ({ resources, starters, databaseUrl }: ServeServicesOptions, wiring: Wiring): Promise<Map<ServiceName, Service>> => {
  const { env, config, keys } = resources;
  const localServices = new Map<ServiceName, Service>();
  const shared: Omit<ProcessContext, 'logger'> = {
    env, keys, databaseUrl, localServices,
    tokens: createTokenVerifier(keys.tokens),
    events: wiring.events, internal: wiring.internal, metrics: wiring.metrics,
    dataDir: config.dataDir,
    ...(config.redisUrl === undefined ? {} : { redisUrl: config.redisUrl }),
  };
  try {
    for (const name of config.services) {
      const service = await starters[name]({ ...shared, logger: resources.loggerOf(name) });
      localServices.set(name, service);
      Object.assign(wiring.handlers, service.internal);
    }
  } catch (error) {
    await closeAll(localServices.values());
    throw error;
  }
  return localServices;
};

/** Starts the services of this process and serves them on its port. */
export const serveServices = async (options: ServeServicesOptions): Promise<ServedServices> => {
  const { config, logger } = options.resources;
  const wiring = wire(options.resources);
  let services: Map<ServiceName, Service> | undefined;
  let closed = false;
  try {
    services = await startAll(options, wiring);
    const served = await serveProcess({
      services: [...services.values()],
      ...serveInProcess(services, config.isWhole),
      logger, metrics: wiring.metrics,
      port: options.port, host: config.host, metricsPort: options.metricsPort, metricsHost: config.metricsHost,
      drainSeconds: config.drainSeconds,
      close: async () => {
        await unwire(wiring);
        closed = true;
      },
    });
    return {
      port: served.port, metricsPort: served.metricsPort,
      async stop(reason, delaySeconds) {
        await served.stop(reason, delaySeconds);
        return closed;
      },
    };
  } catch (error) {
    await closeAll(services?.values() ?? []);
    await unwire(wiring);
    throw error;
  }
};
