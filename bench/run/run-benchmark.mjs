import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../../scripts/start/root.mjs';
import { judgeGoals } from '../reporting/goals.mjs';
import { profileTable } from '../reporting/profile.mjs';
import { summariseAll } from '../reporting/results.mjs';
import { figuresTable, goalsTable, stagesTable } from '../reporting/table.mjs';
import { describeMachine } from './machine.mjs';
import { createPopulation } from './population.mjs';
import { postgresSettings } from './stores.mjs';
import { profileOneProcess } from './profile-one-process.mjs';
import { runTurn } from './run-turn.mjs';

const tell = (text) => { process.stderr.write(`${text}\n`); };
const minutes = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`;

/** In a place where the account that Postgres runs as can reach it. It is gone when this process ends. */
const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-backend-bench-'));
  chmodSync(folder, 0o755);
  process.on('exit', () => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
};

const resultFile = (date, ending) => {
  const folder = join(root, 'bench/results');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${date.toISOString().slice(0, 19).replaceAll(':', '-')}.${ending}`);
};

const progressOf = ({ error, perSecond, cpuMicros, generatorShare }, unit) =>
  (error === undefined ? `${Math.round(perSecond).toLocaleString('en')} a second, ${cpuMicros.toFixed(1)} µs of CPU each ${unit}${generatorShare === undefined ? '' : `, busiest generator at ${Math.round(generatorShare * 100)} %`}` : `failed: ${error}`);

/** Every workload with every peer, the peers taking turns: A B C A B C … */
const runAll = async (options, folder) => {
  const startedMs = Date.now();
  const population = createPopulation(options);
  const measurements = [];
  for (const { name, prepare } of options.peers) {
    if (prepare !== undefined) tell(`preparing ${name}`);
    await prepare?.();
  }
  for (let repeat = 1; repeat <= options.repeats; repeat += 1) {
    for (const peer of options.peers) {
      const workloads = options.workloads.filter(({ only, isPossible }) => only(peer) && (isPossible?.(population) ?? true));
      if (workloads.length === 0) continue;
      tell(`${minutes(Date.now() - startedMs)} repeat ${repeat} of ${options.repeats}: ${peer.label}`);
      const onMeasured = ({ name: workload, unit }, measured) => {
        tell(`${minutes(Date.now() - startedMs)}   ${workload}: ${progressOf(measured, unit)}`);
        measurements.push({ repeat, peer: peer.name, workload, measured });
      };
      await runTurn({ peer, workloads, population, folder, isFirst: repeat === 1, quick: options.quick, generatorCount: options.generators, onMeasured });
    }
  }
  return measurements;
};

const report = (options, results) => {
  const { machine, date, command, summaries, goals } = results;
  const { cpu, cores, memoryGiB, system, node, diskSyncMicros } = machine;
  return [
    `${command} on ${date}`,
    `${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}, ${diskSyncMicros} µs to make a block durable; load before: ${machine.loadBefore.toFixed(1)}`,
    `Medians of ${options.repeats}, and how far the repeats lie from the middle.${options.quick ? ' --quick: not to be quoted.' : ''}`, '',
    figuresTable(summaries, options), stagesTable(summaries), goalsTable(goals),
  ].join('\n');
};

/** @returns the exit code: 1 when something could not be measured */
export const runBenchmark = async (options) => {
  const folder = temporaryFolder();
  const date = new Date();
  if (options.profile !== undefined) {
    const file = resultFile(date, 'cpuprofile');
    await profileOneProcess({ ...options, workload: options.profile, folder, file, tell });
    console.log(profileTable(file, root));
    tell(`The profile, for a browser's developer tools: ${relative(root, file)}`);
    return 0;
  }
  const machine = describeMachine(folder);
  const measurements = await runAll(options, folder);
  const summaries = summariseAll(measurements);
  const command = `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`;
  const results = { command, date: date.toISOString(), machine, postgresSettings, goals: judgeGoals(summaries), summaries, measurements };
  const file = resultFile(date, 'json');
  writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
  console.log(report(options, results));
  tell(`All figures: ${relative(root, file)}`);
  return measurements.some(({ measured }) => measured.error !== undefined) ? 1 : 0;
};
