import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { violationKinds, type ViolationKind } from '../checker/violations';
import type { Judged } from '../run/judge-run';
import type { Connection, MadeCall } from './calls/call';
import { callsDuring, countCalls } from './calls/count-calls';
import type { Rollout } from './roll-services';
import type { Scaled } from './scale-realtime';

export interface RollingResult {
  folder: string;
  command: string;
  seed: number;
  tookMs: number;
  calls: readonly MadeCall[];
  scaled: Scaled;
  rollouts: readonly Rollout[];
  judged: Judged;
  cutDrains: readonly string[];
}

const bar: ViolationKind[] = ['lost', 'doubled', 'storedTwice', 'reordered'];
const shownFailures = 20;
const shownViolations = 12;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const row = (cells: readonly (string | number)[]): string => `  ${cells.map((cell, index) => (index === 0 ? String(cell).padEnd(14) : String(cell).padStart(9))).join('')}`;

/** A line for each service: how many of its calls there were, and how many calls of any service while it was restarted. */
const serviceLines = (calls: readonly MadeCall[], rollouts: readonly Rollout[]): string[] => {
  const services = [...new Set(rollouts.map(({ service }) => service))];
  return services.map((service) => {
    const own = countCalls(calls.filter((call) => call.service === service));
    const ofService = rollouts.filter((rollout) => rollout.service === service);
    const during = ofService.map(({ begunAt, endedAt }) => countCalls(callsDuring(calls, begunAt, endedAt)));
    const longest = Math.max(...ofService.map(({ begunAt, endedAt }) => endedAt - begunAt));
    return row([
      service, own.made, own.failed, ofService.length, seconds(longest), during.reduce((sum, { made }) => sum + made, 0), during.reduce((sum, { failed }) => sum + failed, 0),
      `${Math.round(Math.max(...during.map(({ worstMs }) => worstMs)))} ms`,
    ]);
  });
};

const connectionLine = (calls: readonly MadeCall[], connection: Connection): string => {
  const { made, failed, worstMs } = countCalls(calls.filter((call) => call.connection === connection));
  return `  ${made} over ${connection} connections, ${failed} failed, the slowest ${Math.round(worstMs)} ms`;
};

/** Which restarts were under way: where to look. */
const failureLine = ({ service, name, connection, failure, begunAt, endedAt }: MadeCall, rollouts: readonly Rollout[]): string => {
  const meanwhile = rollouts.filter((rollout) => rollout.begunAt < endedAt && rollout.endedAt > begunAt).map((rollout) => `${rollout.service} ${rollout.round}`);
  return `  ${name} of ${service}, ${connection} connection, while ${meanwhile.join(' and ') || 'realtime was scaled'}: ${failure ?? ''}`;
};

/** The report for people, and beside it the same for programs. */
export const writeRollingReport = ({ folder, command, seed, tookMs, calls, scaled, rollouts, judged, cutDrains }: RollingResult): { text: string; passed: boolean } => {
  const { verdict: { counts, violations }, messages, deliveredAfterMs } = judged;
  const failures = calls.filter(({ failure }) => failure !== undefined);
  const found = Object.keys(counts) as ViolationKind[];
  const problems = [...scaled.problems, ...cutDrains];
  const passed = failures.length === 0 && found.length === 0 && problems.length === 0;
  const text = `${[
    `${command}   seed ${seed}, ${seconds(tookMs)}`,
    `${messages} messages stored; ${deliveredAfterMs === undefined ? 'not everything was delivered within 10 s of the end' : `everything was delivered ${seconds(deliveredAfterMs)} after the end`}`,
    ...[...bar, ...found.filter((kind) => !bar.includes(kind))].map((kind) => `  ${String(counts[kind] ?? 0).padStart(6)} ${kind.padEnd(14)} ${violationKinds[kind]}`),
    '', `Calls: ${calls.length}, ${failures.length} failed`, connectionLine(calls, 'kept'), connectionLine(calls, 'new'),
    '', row(['service', 'its calls', 'failed', 'restarts', 'longest', 'meanwhile', 'failed', 'slowest']), ...serviceLines(calls, rollouts),
    '', 'Realtime', ...scaled.taken.map(({ place, connections }) => `  realtime-${place} was added and took ${connections} connections`),
    ...scaled.moves.map(({ what, clients, worstMs }) => `  ${what}: ${clients} clients lost their connection, the last was back after ${seconds(worstMs)}`),
    ...(failures.length === 0 ? [] : ['', 'Failed calls', ...failures.slice(0, shownFailures).map((call) => failureLine(call, rollouts))]),
    ...(problems.length === 0 ? [] : ['', 'Problems', ...problems.map((problem) => `  ${problem}`)]),
    ...(violations.length === 0 ? [] : ['', 'Violations', ...violations.slice(0, shownViolations).map(({ kind, what, ...about }) => `  ${kind}: ${what}  ${JSON.stringify(about)}`)]),
    '', passed ? 'PASSED' : 'FAILED', `Everything that happened: ${folder}`,
  ].join('\n')}\n`;
  writeFileSync(join(folder, 'report.txt'), text);
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify({ command, seed, tookMs, calls: countCalls(calls), failures, scaled, rollouts, judged, cutDrains }, null, 2)}\n`);
  return { text, passed };
};
