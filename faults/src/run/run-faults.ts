import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyProduct } from '../cluster/copy-product';
import { crashPatches } from '../cluster/crash-points';
import type { Options } from '../options';
import type { Endings } from './endings';
import { createProgress } from './progress';
import { runHistory } from './run-history';
import { writeReport } from './write-report';

/** Where runs leave what happened. */
export const runFolder = (product: string, name: string): string => join(product, '.data/faults', name);

/** `npm run test:faults`: a load, every fault, and what the checker says of it. @returns whether it passed */
export const runFaults = async (product: string, { seed, kinds, messages, kills, users }: Options, endings: Endings): Promise<boolean> => {
  const folder = runFolder(product, `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-seed-${seed}`);
  mkdirSync(folder, { recursive: true });
  const progress = createProgress();
  progress.say(`seed ${seed}; everything that happens goes to ${folder}`);
  const result = await runHistory({
    seed, folder, messages, plan: { kinds, kills }, people: { users, groups: Math.max(2, Math.round(users / 6)), groupSize: 8 }, changesPermissions: true, progress, endings,
    product: kinds.includes('crash') ? copyProduct(product, join(folder, 'product'), crashPatches()) : product,
  });
  await endings.end();
  process.stdout.write(writeReport(folder, `npm run test:faults -- --messages ${messages} --kills ${kills} --faults ${kinds.join(',') || 'none'}`, seed, result));
  return Object.keys(result.verdict.counts).length === 0;
};
