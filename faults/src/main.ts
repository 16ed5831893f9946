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

const run = async (options: Options): Promise<boolean> => {
  const endings = createEndings((error) => { process.stderr.write(`not undone: ${(error as Error).message}\n`); });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => { void endings.end().then(() => { process.exit(130); }); });
  }
  try {
    return await runOf[options.mode](product, options, endings);
  } finally {
    await endings.end();
  }
};

const options = read();
if (options === undefined) process.stdout.write(usage);
else run(options).then((passed) => { process.exit(passed ? 0 : 1); }, (error: unknown) => { process.stderr.write(`${String((error as Error).stack)}\n`); process.exit(1); });
