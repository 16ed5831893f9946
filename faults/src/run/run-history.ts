import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crashFolderVariable, openCrashFolder } from '../cluster/crash-points';
import { startCluster, type Cluster } from '../cluster/start-cluster';
import { causeFaults } from '../faults/cause-faults';
import type { FaultKind, FaultTools } from '../faults/fault';
import { planFaults, type FaultPlan } from '../faults/plan-faults';
import { mountSmallDisk } from '../faults/small-disk';
import { recordEvents } from '../history/record-events';
import { changePermissions } from '../load/change-permissions';
import { faultyWays } from '../load/faulty-ways';
import { openClients } from '../load/open-clients';
import { inventPeople, storePeople, type PeopleOptions } from '../load/people';
import { sendFirstMessages, sendMessages } from '../load/send-messages';
import { startFaultyProxy } from '../network/faulty-proxy';
import { createRandom } from '../random';
import { makeDataFolder } from './data-folder';
import type { Endings } from './endings';
import { judgeRun, type Judged } from './judge-run';
import type { Progress } from './progress';

export interface RunSetup {
  seed: number;
  /** Where the events go. */
  folder: string;
  /** The product, or the copy with crash points. */
  product: string;
  people: PeopleOptions;
  messages: number;
  /** The load takes this long at least. */
  atLeastMs?: number;
  plan: FaultPlan;
  /** Done to the database before anything is sent. */
  changeDatabase?: (query: Cluster['query']) => Promise<void>;
  changesPermissions: boolean;
  progress: Progress;
  endings: Endings;
}

export interface RunResult extends Judged {
  faults: number;
  permissionChanges: number;
  skipped: FaultKind[];
}

const secretKey = 'the secret key of the fault tests, for tokens without sign-in';
const faultsApartMs = 1_800;
const messagesPerSecond = 400;
const diskMegabytes = 4_096;
const shiftClock = join(__dirname, '../../shift-clock.mjs');

/** Runs a load with faults, to its end, and judges it. */
export const runHistory = async (setup: RunSetup): Promise<RunResult> => {
  const { seed, folder, product, plan, progress, endings } = setup;
  mkdirSync(folder, { recursive: true });
  const events = recordEvents(folder);
  const { record } = events;
  const dataDir = makeDataFolder(folder, endings);

  const disk = plan.kinds.includes('disk') ? mountSmallDisk(join(dataDir, 'postgres'), diskMegabytes) : undefined;
  if (disk !== undefined) endings.add(() => { disk.remove(); });
  const skipped: FaultKind[] = plan.kinds.includes('disk') && disk === undefined ? ['disk'] : [];
  if (skipped.length > 0) progress.say('SKIPPED: a full disk. It takes root on Linux, and the right to mount.');

  const crashFolder = join(dataDir, 'crashes');
  const crashes = openCrashFolder(crashFolder);
  const clocks = plan.kinds.includes('clock') ? { NODE_OPTIONS: `--import=${pathToFileURL(shiftClock).href}` } : {};
  progress.say('starting the cluster');
  const cluster = await startCluster({
    product, dataDir, counts: { realtime: 2, messaging: 2 }, env: { SECRET_KEY: secretKey, [crashFolderVariable]: crashFolder, ...clocks },
    onProcess: (line) => { record({ kind: 'process', ...line }); },
  });
  endings.add(() => cluster.stop());
  const proxy = await startFaultyProxy(Number(new URL(cluster.url).port));
  endings.add(() => proxy.close());

  const people = inventPeople(setup.people, secretKey);
  await setup.changeDatabase?.(cluster.query);
  await storePeople(cluster, people);
  const clients = await openClients({ people: people.people, apiUrl: cluster.url, waysOf: faultyWays(cluster, proxy), record });
  endings.add(() => { clients.close(); });
  await sendFirstMessages(people.people, clients.of);

  const tools: FaultTools = { cluster, proxy, crashes, ...(disk === undefined ? {} : { disk }) };
  const faults = planFaults(tools, plan, createRandom(seed));
  const overMs = Math.max(setup.atLeastMs ?? 0, faults.length * faultsApartMs, (setup.messages / messagesPerSecond) * 1_000);
  let areFaultsOver = false;
  const load = {
    people: people.people, clientsOf: clients.of, messages: setup.messages, overMs, goesOn: () => !areFaultsOver, random: createRandom(seed + 1),
  };
  progress.goal({ messages: setup.messages, faults: faults.length });
  const changes = setup.changesPermissions
    ? changePermissions({ url: cluster.url, people, clientsOf: clients.of, record, random: createRandom(seed + 2) }) : undefined;
  await Promise.all([
    sendMessages(load, (sent) => { progress.sent(sent); }),
    causeFaults(faults, faults.length === 0 ? 0 : overMs / faults.length, record, ({ name, target }, number) => { progress.fault(number, `${name} ${target}`); })
      .finally(() => { areFaultsOver = true; }),
  ]);
  await changes?.stop();

  progress.say('the last fault is over');
  const judged = await judgeRun({ cluster, url: cluster.url, people, clients, events, progress });
  return { ...judged, faults: faults.length, permissionChanges: changes?.count() ?? 0, skipped };
};
