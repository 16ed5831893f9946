import { createEndings, type Endings } from './endings';

/**
 * Runs to the end, and ends this process: with 0 when it passed, else 1. However it ends, and whoever stops it, nothing of it goes on: no process, no
 * mounted disk, no folder of data.
 */
export const runProgram = async (run: (endings: Endings) => Promise<boolean>): Promise<void> => {
  const endings = createEndings((error) => { process.stderr.write(`not undone: ${(error as Error).message}\n`); });
  let interrupted = false;
  const endWith = (code: number): void => { void endings.end().then(() => { process.exit(code); }); };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => { interrupted = true; endWith(130); });
  const fail = (error: unknown): void => {
    // Whatever misses what was just undone.
    if (interrupted) return;
    process.stderr.write(`${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
    endWith(1);
  };
  process.on('uncaughtException', fail);
  try {
    const passed = await run(endings);
    endWith(passed ? 0 : 1);
  } catch (error) {
    fail(error);
  }
};

/** The options that a program was given. Where they are wrong, it says so and ends with 2; where help was asked for, with 0. */
export const readOrExplain = <Options>(read: (words: readonly string[]) => Options | undefined, usage: string): Options => {
  try {
    const options = read(process.argv.slice(2));
    if (options !== undefined) return options;
    process.stdout.write(usage);
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return process.exit(2);
  }
};
