import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shownFunctions = 40;
const shownFiles = 30;

/** A file as the repository names it; what has no file is V8's and Node's own. */
const fileOf = (url, root) => {
  if (url === '') return 'V8 and native code';
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
};

/** Time of each function by itself, in microseconds, without what it called. */
const selfTimes = ({ nodes, samples, timeDeltas }, root) => {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const times = new Map();
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byId.get(id);
    const file = fileOf(url, root);
    const name = `${functionName || '(anonymous)'}${url === '' ? '' : `:${lineNumber + 1}`}`;
    const key = `${file} ${name}`;
    const known = times.get(key) ?? { file, name, micros: 0 };
    known.micros += timeDeltas[index];
    times.set(key, known);
  });
  return [...times.values()];
};

const sumBy = (times, keyOf) => {
  const sums = new Map();
  for (const time of times) sums.set(keyOf(time), (sums.get(keyOf(time)) ?? 0) + time.micros);
  return [...sums].sort(([, one], [, other]) => other - one);
};

const lines = (sums, total, count) => sums.slice(0, count).map(([what, micros]) => `${((micros / total) * 100).toFixed(1).padStart(6)} %  ${what}`).join('\n');

/** The top self times of a V8 CPU profile, by file and by function, as shares of the time in which the process was not idle. */
export const profileTable = (path, root) => {
  const times = selfTimes(JSON.parse(readFileSync(path, 'utf8')), root).filter(({ name }) => name !== '(idle)');
  const total = times.reduce((sum, { micros }) => sum + micros, 0);
  return [
    `Self time by file, of ${(total / 1e6).toFixed(1)} s of CPU`, lines(sumBy(times, ({ file }) => file), total, shownFiles), '',
    'Self time by function', lines(sumBy(times, ({ file, name }) => `${name}  ${file}`), total, shownFunctions),
  ].join('\n');
};
