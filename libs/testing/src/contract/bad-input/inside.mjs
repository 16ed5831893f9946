// Loaded into the product before its own code (`node --import`), where a test must look from inside. Until it is asked it does nothing.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const shared = { Object: Object.prototype, Array: Array.prototype, Function: Function.prototype, String: String.prototype };
const keysOf = () => Object.fromEntries(Object.entries(shared).map(([name, prototype]) => [name, Reflect.ownKeys(prototype).map(String)]));

const answers = {
  /** What hangs on the prototypes that everything shares. */
  prototypes: keysOf,
  /** Bytes of the heap that are still in use after everything else was collected. */
  heap: async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    for (let times = 0; times < 4; times += 1) {
      collect();
      // What was closed is let go of by callbacks of the turns that follow.
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    return process.memoryUsage().heapUsed;
  },
};

process.on('message', async (message) => {
  const answer = answers[message?.lookInside];
  if (answer !== undefined) process.send({ seenInside: await answer() });
});
// Listening must not keep the process alive.
process.channel?.unref();
