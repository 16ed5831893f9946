/** Columns as wide as their widest cell: the table is good to read as it is, and as Markdown. */
const markdown = (head, rows) => {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
};

const round = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(value >= 10 ? 3 : 2));
const shown = (summary, suffix = '') => (summary === undefined ? '' : `${round(summary.median)}${suffix}`);
const withSpread = (summary) => (summary === undefined ? '' : `${round(summary.median)} ±${Math.round(summary.spread * 50)} %`);
const share = (summary) => (summary === undefined ? '' : `${Math.round(summary.median * 100)} %${summary.median > 0.9 ? ' (!)' : ''}`);

const noteOf = ({ figures, errors }) => [
  ...(errors.length > 0 ? [`failed ${errors.length}×`] : []),
  ...['refused', 'skipped', 'unfinished'].flatMap((count) => ((figures[count]?.median ?? 0) > 0 ? [`${Math.round(figures[count].median).toLocaleString('en')} ${count}`] : [])),
].join(', ');

const head = ['', 'a second', 'CPU µs each', 'server cores', 'p50 ms', 'p99 ms', 'KiB each', 'generator', 'notes'];

/** One block for each workload, the peers below each other. */
export const figuresTable = (summaries, { workloads, peers }) => workloads.flatMap((workload) => {
  const rows = peers.flatMap((peer) => {
    const one = summaries.find((summary) => summary.peer === peer.name && summary.workload === workload.name);
    if (one === undefined) return [];
    const { figures } = one;
    const latency = (p) => shown(figures[`delivered${p}`] ?? figures[`acknowledged${p}`]);
    const kib = figures.memoryBytes === undefined ? '' : round(figures.memoryBytes.median / 1024);
    return [[peer.label, shown(figures.perSecond), withSpread(figures.cpuMicros), shown(figures.cores), latency('P50'), latency('P99'), kib, share(figures.generatorShare), noteOf(one)]];
  });
  return rows.length === 0 ? [] : [`${workload.title} (${workload.name}; CPU for each ${workload.unit})`, '', markdown(head, rows), ''];
}).join('\n');

/** Where a message's CPU goes, by process. `hop` is what realtime and messaging cost more as two processes than as one. */
export const stagesTable = (summaries) => {
  const of = (peer, workload) => summaries.find((summary) => summary.peer === peer && summary.workload === workload)?.parts;
  const rows = ['W1x1', 'W1x10'].flatMap((workload) => {
    const parts = of('cluster', workload);
    if (parts === undefined) return [];
    const known = ['realtime', 'messaging', 'postgres', 'redis'];
    const others = Object.entries(parts).reduce((sum, [name, summary]) => (known.includes(name) ? sum : sum + summary.median), 0);
    const node = of('one-process', workload)?.node?.median;
    const hop = node === undefined ? '' : round(parts.realtime.median + parts.messaging.median - node);
    return [[workload, ...known.map((name) => shown(parts[name])), round(others), hop]];
  });
  return rows.length === 0 ? '' : ['CPU µs of a message by process, in the cluster', '', markdown(['', 'realtime', 'messaging', 'Postgres', 'Redis', 'the other services', 'of these, the hop'], rows), ''].join('\n');
};

export const goalsTable = (judged) => {
  if (judged.length === 0) return '';
  const quantity = (value, isMs) => (isMs ? `${value.toFixed(1)} ms` : `${value.toFixed(2)} ×`);
  const rows = judged.map(({ title, goal, isAtLeast, isMs, measured, met, missedBy }) =>
    [title, `${isAtLeast ? '≥' : '≤'} ${isMs ? `${goal} ms` : `${goal} ×`}`, quantity(measured, isMs), met ? 'met' : `missed by ${Math.ceil(missedBy * 100)} %`]);
  return ['Goals', '', markdown(['', 'goal', 'measured', ''], rows), ''].join('\n');
};
