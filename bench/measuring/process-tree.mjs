import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's unit for the times in /proc/<pid>/stat: always a hundredth of a second on Linux. */
const ticksPerSecond = 100;

/** The fields of /proc/<pid>/stat after the name in brackets, which may itself hold spaces and brackets. */
export const parseStat = (stat) => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (from, to) => fields.slice(from, to).reduce((sum, text) => sum + Number(text), 0);
  // 11 and 12 are the process's own user and system time, 13 and 14 those of children that have ended and were collected.
  return { parent: Number(fields[1]), cpuSeconds: ticks(11, 15) / ticksPerSecond };
};

/** Every process that there is now, by pid. One that ends meanwhile is left out: its parent has its time then. */
export const readProcesses = (folder = '/proc') => {
  const processes = new Map();
  for (const name of readdirSync(folder)) {
    if (!/^\d+$/.test(name)) continue;
    try { processes.set(Number(name), parseStat(readFileSync(`${folder}/${name}/stat`, 'utf8'))); } catch { /* it has ended */ }
  }
  return processes;
};

const childrenByParent = (processes) => {
  const children = new Map();
  for (const [pid, { parent }] of processes) {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  return children;
};

/** The process and all its descendants. */
export const treeOf = (root, processes) => {
  const children = childrenByParent(processes);
  const below = (pid) => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return processes.has(root) ? below(root) : [];
};

/**
 * The CPU that each part of a server has used so far, in seconds: user and system time of its process and of all descendants, living and collected.
 * @param parts pids by name; of several with one name the sum
 */
export const cpuOf = (parts, processes = readProcesses()) => {
  const used = {};
  for (const { name, pid } of parts) {
    if (!processes.has(pid)) throw new Error(`${name} (process ${pid}) has ended while it was measured`);
    used[name] = treeOf(pid, processes).reduce((sum, one) => sum + processes.get(one).cpuSeconds, used[name] ?? 0);
  }
  return used;
};

export const cpuBetween = (before, after) => Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
export const sumOf = (parts) => Object.values(parts).reduce((sum, seconds) => sum + seconds, 0);

/** The memory of a part that is its own, in bytes: private pages, and its share of those that it has together with others. */
export const memoryOf = (parts) => {
  const processes = readProcesses();
  const kibOf = (pid) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? Number.NaN);
  return Object.fromEntries(parts.map(({ name, pid }) => [name, treeOf(pid, processes).reduce((sum, one) => sum + kibOf(one), 0) * 1024]));
};
