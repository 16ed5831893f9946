import { setTimeout as wait } from 'node:timers/promises';
import { cpuBetween, cpuOf, sumOf } from '../measuring/process-tree.mjs';

/** How long what is under way at the end may take: a server that was overrun needs it. */
const finishWithinMs = 30_000;

/** So many times a workload is run before it is measured, so that V8 has compiled what it needs; who is too slow for that is warmed up this many times as long. */
const warmUpCount = 10_000;
const longestWarmUp = 2.5;
const lookEveryMs = 250;

/** @returns what was done meanwhile */
const warmUp = async (generators, atLeastMs, unit) => {
  const startedMs = performance.now();
  let done = 0;
  let count = 0;
  const isWarm = (ms) => ms >= atLeastMs && (count >= warmUpCount || ms >= longestWarmUp * atLeastMs);
  while (!isWarm(performance.now() - startedMs)) {
    await wait(lookEveryMs);
    const figures = await generators.report();
    done += figures.done;
    count += figures[unit];
  }
  return done;
};

const micros = (seconds, count) => (count === 0 ? undefined : (seconds * 1e6) / count);
const latencyOf = (latencies) => ({ p50: latencies.percentile(0.5), p99: latencies.percentile(0.99) });

/**
 * Warms up, then measures a window: what was done in it, and the CPU that the server used for it.
 * `done` counts what was done before and after the window, too: what must be stored by the end.
 * @param begin what each generator does (see load/generator.mjs)
 * @param unit what CPU is divided by: `done`, or `deliveries`
 */
export const measure = async ({ generators, server, begin, warmUpMs, windowMs, unit = 'done' }) => {
  await generators.begin(begin);
  const doneBefore = await warmUp(generators, warmUpMs, unit);
  const before = cpuOf(server.parts);
  const startedMs = performance.now();
  await wait(windowMs);
  const used = cpuBetween(before, cpuOf(server.parts));
  const seconds = (performance.now() - startedMs) / 1_000;
  const figures = await generators.report();
  const end = await generators.finish(finishWithinMs);
  // What was sent in the window and came after it counts: at a fixed rate those are the slow ones.
  for (const latencies of ['acknowledged', 'delivered']) figures[latencies].add(end[latencies].toJSON());
  const count = figures[unit];
  if (count === 0) throw new Error(`nothing was done${figures.reason === undefined ? '' : `: ${figures.reason}`}`);
  return {
    perSecond: count / seconds, cpuMicros: micros(sumOf(used), count), perCpuSecond: count / sumOf(used), cores: sumOf(used) / seconds,
    parts: Object.fromEntries(Object.entries(used).map(([name, cpu]) => [name, micros(cpu, count)])),
    acknowledged: latencyOf(figures.acknowledged), delivered: latencyOf(figures.delivered),
    done: doneBefore + figures.done + end.done, refused: figures.refused + end.refused, reason: figures.reason ?? end.reason, skipped: figures.skipped + end.skipped, unfinished: end.unfinished, generatorShare: figures.busiest,
  };
};
