import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiPrefix, type ServiceName } from '@chat-backend/contracts';
import { createTestDatabase, type TestDatabase } from '@chat-backend/testing';
import { startProcess, type RunningProcess } from './start-process';

/** The product as several processes: everything that is behind the gateways in one, and gateways before it. */
export interface SplitProcesses {
  database: TestDatabase;
  /** Where each gateway serves. */
  gateways: readonly string[];
  /** What is behind them. */
  behind: string;
  /** What a gateway's internal port shows. */
  metricsOf(gateway: number): Promise<string>;
  stop(): Promise<void>;
}

export interface SplitProcessesOptions {
  redisUrl: string;
  gateways: number;
  /** For all of them. */
  env?: NodeJS.ProcessEnv;
  /** For the gateways alone. */
  gatewayEnv?: NodeJS.ProcessEnv;
}

const behindTheGateway: readonly ServiceName[] = ['auth', 'social-graph', 'group', 'messaging', 'realtime'];

export const startSplitProcesses = async ({ redisUrl, gateways: count, env = {}, gatewayEnv = {} }: SplitProcessesOptions): Promise<SplitProcesses> => {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'split-'));
  const shared: NodeJS.ProcessEnv = {
    REDIS_URL: redisUrl, DATA_DIR: dataDir, SECRET_KEY: 'a secret key for tests only, 32 bytes or more', BCRYPT_COST: '4', LOG_LEVEL: 'fatal',
    PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '3', ...env,
  };
  const running: RunningProcess[] = [];
  const start = async (services: readonly ServiceName[], more: NodeJS.ProcessEnv): Promise<RunningProcess> => {
    const one = await startProcess({ services, env: { ...shared, ...more } });
    running.push(one);
    await one.ready;
    return one;
  };
  const urlOf = ({ ports: { port } }: RunningProcess): string => `http://127.0.0.1:${port}`;

  const behind = urlOf(await start(behindTheGateway, { DATABASE_URL: database.administratorUrl }));
  const addresses = { AUTH_URL: behind, SOCIAL_GRAPH_URL: behind, GROUP_URL: behind, MESSAGING_URL: behind, REALTIME_URL: behind };
  const gateways: RunningProcess[] = [];
  for (let gateway = 0; gateway < count; gateway += 1) gateways.push(await start(['gateway'], { ...addresses, ...gatewayEnv }));
  return {
    database, behind, gateways: gateways.map(urlOf),
    metricsOf: async (gateway) => (await fetch(`http://127.0.0.1:${gateways[gateway]?.ports.metricsPort ?? 0}/metrics`)).text(),
    async stop() {
      for (const one of running.reverse()) await one.stop('the test is over');
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};

/** A call as the client of that address makes it, where the gateway trusts one proxy. */
export const callFrom = (url: string, address: string, name: string, body: object): Promise<Response> => fetch(`${url}${apiPrefix}/${name}`, {
  method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': address }, body: JSON.stringify(body),
});
