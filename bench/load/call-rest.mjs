import { Pool } from 'undici';
import { newFigures } from './figures.mjs';

/**
 * POSTs the same call over kept-alive connections, so many under way at a time. A call that gets no answer at all ends this process, with the reason.
 * @returns how to stop it, and its figures since the last time
 */
export const callRest = ({ url, path, body, inFlight }) => {
  const pool = new Pool(url, { connections: inFlight, pipelining: 1 });
  let stopped = false;
  let figures = newFigures();
  const call = async () => {
    const startedMs = performance.now();
    const { statusCode, body: answer } = await pool.request({ path, method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const text = await answer.text();
    if (statusCode === 200) figures.done += 1;
    else { figures.refused += 1; figures.reason ??= `${statusCode} ${text.slice(0, 200)}`; }
    figures.acknowledged.record(performance.now() - startedMs);
  };
  const loop = async () => { while (!stopped) await call(); };
  const loops = Promise.all(Array.from({ length: inFlight }, loop));
  return {
    takeFigures() { const taken = figures; figures = newFigures(); return taken; },
    async stop() { stopped = true; await loops; await pool.close(); },
  };
};
