import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames, type ServiceName } from '@chat-backend/contracts';
import { freePort } from '../free-port';
import { createTestDatabase } from '../test-database';
import { startTestRedis } from '../test-redis';
import { standBefore, type DocumentGuard } from './documents/stand-before';
import { startProductProcess, testSettings, type ProductProcess } from './product-process';

export interface SeparateServices {
  /** The gateway. */
  url: string;
  /** What services logged as errors so far. */
  loggedErrors(): string[];
  /** Ends one in good order and starts it again on its port; resolves when it serves. */
  restart(service: ServiceName, env: NodeJS.ProcessEnv): Promise<void>;
  stop(): Promise<void>;
}

const addressVariables = { auth: 'AUTH_URL', 'social-graph': 'SOCIAL_GRAPH_URL', group: 'GROUP_URL', messaging: 'MESSAGING_URL', realtime: 'REALTIME_URL' } as const;

const startOne = async (service: ServiceName, env: NodeJS.ProcessEnv): Promise<ProductProcess> => {
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => { isReady = resolve; });
  const started = startProductProcess(['index.js', service], env, () => { isReady(); });
  const ended = new Promise<never>((_resolve, reject) => {
    started.child.once('exit', (code) => { reject(new Error(`${service} ended with ${code}:\n${started.output()}`)); });
  });
  ended.catch(() => undefined);
  await Promise.race([ready, ended]);
  return started;
};

/** Each service as a process of its own, on a database and a Redis of the test's: unlike in `npm run cluster`, each can be started again with other settings. */
export const startServices = async (env: NodeJS.ProcessEnv): Promise<SeparateServices> => {
  const [database, redis] = await Promise.all([createTestDatabase(), startTestRedis()]);
  const ports = new Map<ServiceName, number>();
  while (new Set(ports.values()).size < serviceNames.length) for (const name of serviceNames) ports.set(name, await freePort());
  const addresses = Object.entries(addressVariables).map(([service, variable]) => [variable, `http://127.0.0.1:${ports.get(service as ServiceName)}`]);
  const dataDir = mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'services-'));
  const settings = (service: ServiceName): NodeJS.ProcessEnv => ({
    ...testSettings, ...Object.fromEntries(addresses) as NodeJS.ProcessEnv, PORT: String(ports.get(service)), DATABASE_URL: database.administratorUrl, REDIS_URL: redis.url,
    DATA_DIR: dataDir, ...env,
  });
  const running = new Map<ServiceName, ProductProcess>();
  const all: ProductProcess[] = [];
  const start = async (service: ServiceName, more: NodeJS.ProcessEnv = {}): Promise<void> => {
    const started = await startOne(service, { ...settings(service), ...more });
    running.set(service, started);
    all.push(started);
  };
  let guard: DocumentGuard | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((one) => one.stop()));
    await redis.stop();
    await database.drop();
    await guard?.close();
  };
  const gatewayUrl = `http://127.0.0.1:${ports.get('gateway')}`;
  let url: string;
  try {
    await Promise.all(serviceNames.map((service) => start(service)));
    guard = await standBefore('separate services', gatewayUrl);
    url = await guard.before(gatewayUrl);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    loggedErrors: () => all.flatMap(({ loggedErrors }) => loggedErrors),
    async restart(service, more) {
      expect({ service, code: await running.get(service)?.stop() }).toEqual({ service, code: 0 });
      await start(service, more);
    },
    stop,
  };
};
