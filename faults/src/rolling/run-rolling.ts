import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster, type Cluster } from '../cluster/start-cluster';
import type { Record } from '../history/events';
import { recordEvents } from '../history/record-events';
import { inventPeople, storePeople } from '../load/people';
import { makeDataFolder } from '../run/data-folder';
import type { Endings } from '../run/endings';
import { judgeRun } from '../run/judge-run';
import { createProgress } from '../run/progress';
import { startBalancer, type Balancer } from './balancer/start-balancer';
import { trackConnections } from './connections/track-connections';
import type { RollingOptions } from './options';
import { placesOf } from './processes/place';
import { rollServices } from './roll-services';
import type { Running } from './running';
import { scaleRealtime } from './scale-realtime';
import { startLoad } from './start-load';
import { writeRollingReport } from './write-rolling-report';

const secretKey = 'the secret key of the rolling tests, for tokens without sign-in';
/** Two of each, as in k8s/overlays/prod; of realtime one at first. */
const counts = { gateway: 2, auth: 2, 'social-graph': 2, group: 2, messaging: 2, realtime: 1 };
/** As deploy/haproxy/haproxy.cfg asks for, and a small pool for each of so many processes. */
const settings = { SECRET_KEY: secretKey, TRUST_PROXY: 'loopback', DRAIN_DELAY_SECONDS: '3', DRAIN_SECONDS: '5', DATABASE_POOL_SIZE: '5' };

interface StartOptions { product: string; folder: string; dataDir: string; record: Record; endings: Endings }

/** The product, and haproxy in front of it. */
const startBehindBalancer = async ({ product, folder, dataDir, record, endings }: StartOptions): Promise<{ cluster: Cluster; balancer: Balancer }> => {
  const cluster = await startCluster({ product, dataDir, counts, env: settings, onProcess: (line) => { record({ kind: 'process', ...line }); } });
  endings.add(() => cluster.stop());
  const [gateways, [realtime]] = [placesOf(cluster, 'gateway'), placesOf(cluster, 'realtime')];
  const [firstGateway, secondGateway] = gateways;
  if (firstGateway === undefined || secondGateway === undefined || realtime === undefined) throw new Error('the cluster lacks processes');
  const balancer = await startBalancer({ product, folder, gatewayPorts: [firstGateway.port, secondGateway.port], realtimePort: realtime.port });
  endings.add(() => balancer.stop());
  for (const { port } of gateways) await balancer.sendsTo('gateway', port);
  return { cluster, balancer };
};

/** What was under way in a process when its time was over was cut. */
const cutDrains = (dataDir: string): string[] => {
  const logs = join(dataDir, 'logs');
  return readdirSync(logs).filter((name) => readFileSync(join(logs, name), 'utf8').includes('the drain took too long'))
    .map((name) => `a drain of ${name.replace('.log', '')} took too long, and what was under way was cut`);
};

/** `npm run test:rolling`: a load, processes that come and go behind a balancer, and what everybody noticed of it. @returns whether it passed */
export const runRolling = async (product: string, { restarts, users, seed }: RollingOptions, endings: Endings): Promise<boolean> => {
  const folder = join(product, '.data/rolling', `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-seed-${seed}`);
  mkdirSync(folder, { recursive: true });
  const begun = performance.now();
  const progress = createProgress();
  progress.say(`seed ${seed}; everything that happens goes to ${folder}`);
  const events = recordEvents(folder);
  const connections = trackConnections(events.record);
  const { record } = connections;
  const dataDir = makeDataFolder(folder, endings);

  progress.say('starting the cluster and haproxy');
  const { cluster, balancer } = await startBehindBalancer({ product, folder, dataDir, record, endings });
  const { url } = balancer;
  const people = inventPeople({ users, groups: Math.max(2, Math.round(users / 6)), groupSize: 8 }, secretKey);
  await storePeople(cluster, people);
  const load = await startLoad({ url, people, record, seed, progress });
  endings.add(() => { load.clients().close(); });

  const running: Running = { product, cluster, balancer, connections, env: settings, record, hearsToTheEnd: load.hearsToTheEnd, progress, endings };
  const scaled = await scaleRealtime(running, load.openLate);
  const rollouts = await rollServices({ running, restarts, realtimePlaces: scaled.places });
  await load.stop();

  const judged = await judgeRun({ cluster, url, people, clients: load.clients(), events, progress });
  const report = writeRollingReport({
    folder, command: `npm run test:rolling -- --restarts ${restarts} --users ${users}`, seed, tookMs: performance.now() - begun,
    calls: load.calls, scaled, rollouts, judged, cutDrains: cutDrains(dataDir),
  });
  await endings.end();
  process.stdout.write(report.text);
  return report.passed;
};
