import { join } from 'node:path';
import { startProgram } from '../run/own-processes.mjs';
import { root } from '../../scripts/start/root.mjs';

const startWithinMs = 60_000;
const answerWithinMs = 30_000;
const inside = join(root, 'bench/measuring/inside.cjs');

/**
 * Starts a server on Node that sends `{type: 'ready', port}` to its parent.
 * @returns its port, its process, and a way to ask it from inside (see inside.cjs)
 */
export const startNodeServer = async ({ name, program, env }) => {
  const started = startProgram({ name, program: ['--require', inside, ...program], env: { NODE_ENV: 'production', ...env } });
  started.died.catch(() => {});
  const hear = (isWanted, withinMs, what) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error(`${name} did not ${what} within ${withinMs / 1_000} s:\n${started.lastWords()}`)); }, withinMs);
    const listen = (message) => {
      if (!isWanted(message)) return;
      clearTimeout(timer);
      started.child.off('message', listen);
      resolve(message);
    };
    started.child.on('message', listen);
  });
  const ask = async (question) => {
    const answered = hear(({ benchmark }) => benchmark === question.benchmark, answerWithinMs, question.benchmark);
    started.child.send(question);
    const { result, error } = await Promise.race([answered, started.died]);
    if (error !== undefined) throw new Error(error);
    return result;
  };
  try {
    const { port } = await Promise.race([hear(({ type }) => type === 'ready', startWithinMs, 'start'), started.died]);
    return { port, pid: started.pid, ask, died: started.died, stop: started.stop };
  } catch (error) {
    await started.stop();
    throw error;
  }
};
