import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { violationKinds, type Violation, type ViolationKind } from '../checker/violations';
import type { HistoryEvent } from '../history/events';
import { readEvents } from '../history/read-events';
import type { RunResult } from './run-history';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const bar: ViolationKind[] = ['lost', 'doubled', 'storedTwice', 'reordered', 'wrongRecipient'];
const shownViolations = 12;
const longestLine = 240;

const faultLines = (events: Iterable<HistoryEvent>): string[] => {
  const begun = new Map<string, number>();
  const lines: string[] = [];
  for (const event of events) {
    if (event.kind !== 'fault') continue;
    const name = `${event.name} ${event.target}`;
    if (event.phase === 'begins') begun.set(name, event.at);
    else lines.push(`  ${seconds(begun.get(name) ?? event.at).padStart(9)}  ${name}: ${event.phase} after ${seconds(event.at - (begun.get(name) ?? event.at))}${event.detail === undefined ? '' : `, ${event.detail}`}`);
  }
  return lines;
};

const countEvents = (events: Iterable<HistoryEvent>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of events) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

const violationLines = (violation: Violation, around: readonly HistoryEvent[]): string[] => {
  const { kind, what, ...about } = violation;
  return [`  ${kind}: ${what}  ${JSON.stringify(about)}`, ...around.map((event) => `      ${JSON.stringify(event)}`.slice(0, longestLine))];
};

/** The report for people, and beside it the same for programs. */
export const writeReport = (folder: string, command: string, seed: number, result: RunResult): string => {
  const { verdict: { counts, violations }, around } = result;
  const events = join(folder, 'events.jsonl');
  const found = Object.keys(counts) as ViolationKind[];
  const noted = countEvents(readEvents(events));
  const kinds = [...bar, ...found.filter((kind) => !bar.includes(kind))];
  const lines = [
    `${command}   seed ${seed}`,
    `${result.messages} messages stored; ${noted['attempt'] ?? 0} attempts, ${noted['acknowledged'] ?? 0} acknowledged, ${noted['unknown'] ?? 0} of unknown outcome, ${noted['refused'] ?? 0} refused; `
      + `${noted['received'] ?? 0} receptions by ${noted['client'] ?? 0} clients in ${noted['connected'] ?? 0} connections`,
    `documented clients read on ${noted['gapSeen'] ?? 0} times because a push left a number out`,
    `${result.faults} faults, ${result.permissionChanges} permissions taken away and given back, ${noted['process'] ?? 0} process starts`,
    result.deliveredAfterMs === undefined ? 'not everything was delivered within 10 s of the last fault' : `everything was delivered ${seconds(result.deliveredAfterMs)} after the last fault`,
    ...(result.skipped.length === 0 ? [] : [`SKIPPED: ${result.skipped.join(', ')}`]),
    '',
    ...kinds.map((kind) => `  ${String(counts[kind] ?? 0).padStart(6)} ${kind.padEnd(14)} ${violationKinds[kind]}`),
    '', 'Faults', ...faultLines(readEvents(events)),
    ...(violations.length === 0 ? [] : ['', 'Violations, with what happened around them', ...violations.slice(0, shownViolations).flatMap((violation, index) => violationLines(violation, around[index] ?? []))]),
    '', found.length === 0 ? 'PASSED' : 'FAILED', `Everything that happened: ${events}`,
  ];
  const text = `${lines.join('\n')}\n`;
  writeFileSync(join(folder, 'report.txt'), text);
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify({ command, seed, events: noted, ...result }, null, 2)}\n`);
  return text;
};
