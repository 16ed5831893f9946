import { startProgram } from '../run/own-processes.mjs';
import { sumFigures } from './figures.mjs';

const commandWithinMs = 180_000;

/** The load generators: processes of their own, each with its share of the connections. Both ends of a pair are in the same one. */
export const startGenerators = (count) => {
  const generators = Array.from({ length: count }, (_, index) => startGenerator(index));
  /** `optionsOf` says what each gets. */
  const all = (command, optionsOf) => Promise.all(generators.map((generator, index) => generator.ask(command, optionsOf(index))));
  /** Every n-th of a list is a generator's. */
  const shareOf = (list, index) => list.filter((_, position) => position % count === index);

  return {
    count,
    shareOf,
    connect: (protocol, users, atOnce) => all('connect', (index) => ({ protocol, users: users[index], atOnce })),
    begin: (optionsOf) => all('begin', optionsOf),
    /** What all of them counted since the last time, and the largest share of a core that one of them took. */
    async report() {
      const reports = await all('report', () => undefined);
      return { ...sumFigures(reports), busiest: Math.max(...reports.map(({ share }) => share)) };
    },
    async finish(withinMs) {
      const ends = await all('finish', () => ({ withinMs }));
      return { unfinished: ends.reduce((sum, { unfinished }) => sum + unfinished, 0), ...sumFigures(ends.map(({ figures }) => figures)) };
    },
    disconnect: () => all('disconnect', () => undefined),
    stop: () => Promise.all(generators.map(({ process }) => process.stop())),
  };
};

const startGenerator = (index) => {
  const started = startProgram({ name: `load generator ${index + 1}`, program: ['bench/load/generator.mjs', String(index)] });
  started.died.catch(() => {});
  const waiting = new Map();
  let next = 0;
  started.child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(`load generator ${index + 1}: ${error}`));
  });
  const ask = (command, options) => {
    const answer = new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      started.child.send({ id, command, options });
    });
    let timer;
    const late = new Promise((_, reject) => { timer = setTimeout(() => { reject(new Error(`a load generator did not ${command} within ${commandWithinMs / 1_000} s`)); }, commandWithinMs); });
    return Promise.race([answer, started.died, late]).finally(() => { clearTimeout(timer); });
  };
  return { process: started, ask };
};
