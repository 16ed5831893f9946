import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ViolationKind } from '../checker/violations';
import { copyProduct } from '../cluster/copy-product';
import { crashPatches } from '../cluster/crash-points';
import type { Options } from '../options';
import type { Endings } from '../run/endings';
import { createProgress } from '../run/progress';
import { runFolder } from '../run/run-faults';
import { runHistory } from '../run/run-history';
import { mutants, type Mutant } from './mutants';

/** Chance decides what a fault hits: so often it is tried. */
const roundsAtMost = 5;
const people = { users: 24, groups: 3, groupSize: 8 };

/** The product itself under the faults of all mutants: whatever catches a mutant must not catch it. */
const unchanged: Mutant = {
  name: 'none', what: 'the product as it is',
  plan: { kinds: ['kill', 'crash'], kills: 3, targets: ['messaging', 'realtime', 'postgres', 'after-commit'] }, messages: 1_000, caughtBy: [],
};

interface Outcome { mutant: Mutant; found: ViolationKind[]; rounds: number; asItShould: boolean }

/** @returns the kinds of violations that the checker found */
const runOnce = async (product: string, { name, patches = [], changeDatabase, plan, messages, atLeastMs = 0 }: Mutant, seed: number, endings: Endings): Promise<ViolationKind[]> => {
  const folder = runFolder(product, `mutant-${name}`);
  rmSync(folder, { recursive: true, force: true });
  const all = [...patches.map((patch) => ({ ...patch, name })), ...(plan.kinds.includes('crash') ? crashPatches() : [])];
  const { verdict } = await runHistory({
    seed, folder, people, messages, atLeastMs, plan, changesPermissions: false, progress: createProgress(`${name}, `), endings,
    product: copyProduct(product, join(folder, 'product'), all), ...(changeDatabase === undefined ? {} : { changeDatabase }),
  });
  await endings.end();
  return Object.keys(verdict.counts) as ViolationKind[];
};

const runUntilCaught = async (product: string, mutant: Mutant, seed: number, endings: Endings): Promise<Outcome> => {
  const found = new Set<ViolationKind>();
  for (let round = 1; round <= roundsAtMost; round += 1) {
    for (const kind of await runOnce(product, mutant, seed + round, endings)) found.add(kind);
    if (mutant.caughtBy.some((kind) => found.has(kind))) return { mutant, found: [...found], rounds: round, asItShould: true };
  }
  return { mutant, found: [...found], rounds: roundsAtMost, asItShould: false };
};

const lineOf = ({ mutant: { name, what, caughtBy }, found, rounds, asItShould }: Outcome): string => {
  const words = found.length === 0 ? 'nothing found' : `found: ${found.join(', ')}`;
  const expected = caughtBy.length === 0 ? 'nothing' : caughtBy.join(' or ');
  return `${asItShould ? 'ok    ' : 'FAILED'}  ${name.padEnd(22)} ${words}${rounds > 1 ? ` (in ${rounds} rounds)` : ''}; expected: ${expected}. ${what}`;
};

/** `npm run test:faults -- --mutants`. @returns whether the product was clean and every mutant was caught */
export const runMutants = async (product: string, { seed, mutant: only }: Options, endings: Endings): Promise<boolean> => {
  const chosen = only === undefined ? mutants : mutants.filter(({ name }) => name === only);
  if (chosen.length === 0) throw new Error(`There is no mutant "${only ?? ''}". There are: ${mutants.map(({ name }) => name).join(', ')}.`);
  process.stdout.write(`npm run test:faults -- --mutants   seed ${seed}\n`);
  const outcomes: Outcome[] = [];
  const note = (outcome: Outcome): void => {
    outcomes.push(outcome);
    process.stdout.write(`${lineOf(outcome)}\n`);
  };
  const found = await runOnce(product, unchanged, seed, endings);
  note({ mutant: unchanged, found, rounds: 1, asItShould: found.length === 0 });
  for (const mutant of chosen) note(await runUntilCaught(product, mutant, seed, endings));
  const passed = outcomes.every(({ asItShould }) => asItShould);
  process.stdout.write(passed ? 'PASSED: every mutant was caught\n' : 'FAILED: a checker that misses a mutant proves nothing\n');
  return passed;
};
