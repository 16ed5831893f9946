import { join } from 'node:path';
import { readOptions, usage, type Options } from './options';
import { runFaults } from './run/run-faults';
import { createEndings, type Endings } from './run/endings';
import { runMutants } from './mutants/run-mutants';
import { runMails } from './mails/run-mails';

const product = join(__dirname, '../..');

const runOf: Record<Options['mode'], (product: string, options: Options, endings: Endings) => Promise<boolean>> = { faults: runFaults, mutants: runMutants, mails: runMails };

const read = (): Options | undefined => {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
};

/** However the run ends, nothing of it goes on: no process, no mounted disk, no folder of data. */
const run = async (options: Options): Promise<void> => {
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
    const passed = await runOf[options.mode](product, options, endings);
    endWith(passed ? 0 : 1);
  } catch (error) {
    fail(error);
  }
};

const options = read();
if (options === undefined) process.stdout.write(usage);
else void run(options);
