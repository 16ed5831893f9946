import { join } from 'node:path';
import { readOrExplain, runProgram } from '../run/run-program';
import { readRollingOptions, usage } from './options';
import { runRolling } from './run-rolling';

const product = join(__dirname, '../../..');

const options = readOrExplain(readRollingOptions, usage);
void runProgram((endings) => runRolling(product, options, endings));
