import { setTimeout as wait } from 'node:timers/promises';

const longestPauseMs = 5_000;
/** Who lives shorter than this has not really started: the next attempt waits. */
const shortLifeMs = 2_000;
const pauseAfter = (shortLives) => (shortLives === 0 ? 0 : Math.min(longestPauseMs, 100 * 2 ** shortLives));

/**
 * Starts something, announces it, and starts it again whenever it ends by itself: at once, or after a growing pause when it keeps ending at once.
 * @param start starts it; each time on the same port
 * @param announce hears of every start
 */
export const keepRunning = async ({ service, start, announce, onGone }) => {
  let current = await start();
  let startedAt = Date.now();
  let stopping = false;
  let shortLives = 0;
  announce({ service, ...current });

  const again = async () => {
    onGone(current);
    while (!stopping) {
      shortLives = Date.now() - startedAt < shortLifeMs ? shortLives + 1 : 0;
      await wait(pauseAfter(shortLives));
      if (stopping) return;
      startedAt = Date.now();
      try {
        current = await start();
      } catch (error) {
        process.stderr.write(`${service} does not start: ${error.message}\n`);
        continue;
      }
      announce({ service, ...current });
      watch();
      return;
    }
  };
  let restarting = Promise.resolve();
  const watch = () => { void current.exited.then(() => { if (!stopping) restarting = again(); }); };
  watch();

  return {
    service,
    get current() { return current; },
    /** From now on it stays as it is: a restart under way is over when this resolves. */
    async letGo() { stopping = true; await restarting; },
    /** Ends it in good order, or by force when it takes longer. */
    async stop(withinMs) {
      await this.letGo();
      const timer = setTimeout(() => { void current.kill?.(); }, withinMs);
      await current.stop();
      clearTimeout(timer);
      onGone(current);
    },
  };
};
