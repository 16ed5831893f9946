export type Cell = string | number | boolean | Date | null | undefined;

/** Whatever would move the cursor or turn the text around: people choose their names and devices themselves. */
const unprintable = /[\p{C}\u2028\u2029]/gu;

export const plain = (text: string): string => text.replaceAll(unprintable, '\ufffd');

const textOf = (cell: Cell): string => {
  if (cell === null || cell === undefined || cell === '') return '-';
  if (cell instanceof Date) return `${cell.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : plain(String(cell));
};

/** Columns under their headings, for people. */
export const tableOf = (headings: readonly string[], rows: readonly (readonly Cell[])[]): string => {
  const lines = [headings, ...rows.map((row) => row.map(textOf))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines.map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
};

/** Names and what they are, one a line. */
export const listOf = (entries: readonly (readonly [string, Cell])[]): string => {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, cell]) => `${name.padEnd(width)}  ${textOf(cell)}`).join('\n');
};

export const jsonOf = (value: unknown): string => JSON.stringify(value, null, 2);

export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
