import { summarise } from '../measuring/summarise.mjs';

const figuresOf = {
  perSecond: (one) => one.perSecond, cpuMicros: (one) => one.cpuMicros, perCpuSecond: (one) => one.perCpuSecond, cores: (one) => one.cores,
  acknowledgedP50: (one) => one.acknowledged?.p50, acknowledgedP99: (one) => one.acknowledged?.p99, deliveredP50: (one) => one.delivered?.p50, deliveredP99: (one) => one.delivered?.p99,
  memoryBytes: (one) => one.memoryBytes, generatorShare: (one) => one.generatorShare, refused: (one) => one.refused, skipped: (one) => one.skipped, unfinished: (one) => one.unfinished,
};

const partsOf = (measured) => {
  const names = new Set(measured.flatMap(({ parts }) => Object.keys(parts)));
  return Object.fromEntries([...names].map((name) => [name, summarise(measured.map(({ parts }) => parts[name]))]));
};

/** All repeats of each workload with each peer become medians. */
export const summariseAll = (measurements) => {
  const groups = new Map();
  for (const one of measurements) {
    const key = `${one.workload} ${one.peer}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((repeats) => {
    const [{ peer, workload }] = repeats;
    const measured = repeats.flatMap(({ measured: one }) => (one.error === undefined ? [one] : []));
    const errors = repeats.flatMap(({ measured: one }) => (one.error === undefined ? [] : [one.error]));
    const figures = Object.fromEntries(Object.entries(figuresOf).map(([name, of]) => [name, summarise(measured.map(of))]));
    return { peer, workload, repeats: repeats.length, figures, parts: partsOf(measured), errors };
  });
};
