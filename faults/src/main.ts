import { join } from 'node:path';
import { runMails } from './mails/run-mails';
import { runMutants } from './mutants/run-mutants';
import { readOptions, usage, type Options } from './options';
import type { Endings } from './run/endings';
import { runFaults } from './run/run-faults';
import { readOrExplain, runProgram } from './run/run-program';

const product = join(__dirname, '../..');

const runOf: Record<Options['mode'], (product: string, options: Options, endings: Endings) => Promise<boolean>> = { faults: runFaults, mutants: runMutants, mails: runMails };

const options = readOrExplain(readOptions, usage);
void runProgram((endings) => runOf[options.mode](product, options, endings));
