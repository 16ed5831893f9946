import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who asks, as the table's columns name them; `oneself` is Una, whom the table is about. */
export const callers = ['oneself', 'friend', 'stranger', 'member', 'former member', 'blocked', 'blocker'] as const;
export type CallerName = (typeof callers)[number];
type Column = 'nobody' | CallerName | 'absent';
const columns: readonly Column[] = ['nobody', ...callers, 'absent'];

/** A line of the table: what is answered to each. */
export interface AccessRule {
  /** An endpoint's name or, after `event `, a socket event's. */
  call: string;
  what: string;
  answers: Readonly<Record<Column, string>>;
}

const ditto = '"';

const readLine = (line: string): AccessRule => {
  const [call = '', what = '', ...cells] = line.split('|').slice(1, -1).map((cell) => cell.trim());
  if (cells.length !== columns.length) throw new Error(`${cells.length} answers instead of ${columns.length}: ${line}`);
  cells.forEach((cell, index) => { if (cell === ditto) cells[index] = cells[index - 1] ?? ''; });
  return { call, what, answers: Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])) as Record<Column, string> };
};

/** The one table of who may do what. */
export const readAccessTable = (): AccessRule[] => {
  const lines = readFileSync(join(__dirname, 'access-table.md'), 'utf8').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map(readLine);
};
