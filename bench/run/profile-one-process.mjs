import { pairsTenInFlight } from '../workloads/w1-pairs.mjs';
import { oneProcess } from '../peers/chat-backend/adapter.mjs';
import { createPopulation } from './population.mjs';
import { runTurn } from './run-turn.mjs';

/** W1 with the one process, whose CPU is sampled from within during the measured window and a little around it. */
export const profileOneProcess = async ({ quick, generators, folder, file, tell }) => {
  const profiled = {
    ...pairsTenInFlight,
    async run(turn) {
      tell('warming up without the profiler');
      await pairsTenInFlight.run(turn);
      await turn.server.ask({ benchmark: 'startProfile' });
      tell('profiling');
      const measured = await pairsTenInFlight.run(turn);
      await turn.server.ask({ benchmark: 'stopProfile', file });
      return measured;
    },
  };
  let failure;
  const onMeasured = (_workload, { error, perSecond, cpuMicros, parts }) => {
    failure = error;
    if (error === undefined) tell(`${Math.round(perSecond).toLocaleString('en')} messages a second while profiled, ${cpuMicros.toFixed(1)} µs of CPU each, of which node ${parts.node.toFixed(1)}`);
  };
  await runTurn({ peer: oneProcess, workloads: [profiled], population: createPopulation({ quick: true }), folder, isFirst: true, quick, generatorCount: generators, onMeasured });
  if (failure !== undefined) throw new Error(failure);
};
