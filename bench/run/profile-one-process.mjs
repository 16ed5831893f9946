import { oneProcess } from '../peers/chat-backend/adapter.mjs';
import { createPopulation } from './population.mjs';
import { runTurn } from './run-turn.mjs';

/** A workload with the one process, whose CPU is sampled from within during the measured window and a little around it. */
export const profileOneProcess = async ({ workload, quick, generators, folder, file, tell }) => {
  const profiled = {
    ...workload,
    async run(turn) {
      tell('warming up without the profiler');
      await workload.run(turn);
      await turn.server.ask({ benchmark: 'startProfile' });
      tell('profiling');
      const measured = await workload.run(turn);
      await turn.server.ask({ benchmark: 'stopProfile', file });
      return measured;
    },
  };
  const population = createPopulation({ quick });
  if (workload.isPossible?.(population) === false) throw new Error(`${workload.name} has no history of its size with --quick`);
  let failure;
  const onMeasured = (_workload, { error, perSecond, cpuMicros, parts }) => {
    failure = error;
    if (error === undefined) tell(`${Math.round(perSecond).toLocaleString('en')} a second while profiled, ${cpuMicros.toFixed(1)} µs of CPU each ${workload.unit}, of which node ${parts.node.toFixed(1)}`);
  };
  await runTurn({ peer: oneProcess, workloads: [profiled], population, folder, isFirst: true, quick, generatorCount: generators, onMeasured });
  if (failure !== undefined) throw new Error(failure);
};
