// Installs, generates and builds what is not yet, as npm start does. For programs that need the built product and keep standard output for themselves.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build, generate } from './start/build.mjs';
import { StepFailure } from './start/failure.mjs';
import { install } from './start/install.mjs';

const thisFile = fileURLToPath(import.meta.url);

/**
 * Prepares the product in a process of its own, whose progress goes to standard error. Ends this process when that fails: the reason was printed.
 * CHAT_BACKEND_SKIP_PREPARE says that the caller has done it.
 */
export const prepareProduct = () => {
  if (process.env.CHAT_BACKEND_SKIP_PREPARE) return;
  const { status } = spawnSync(process.execPath, [thisFile], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
};

const prepare = async () => {
  try {
    await install();
    await generate();
    await build();
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
};

if (process.argv[1] === thisFile) await prepare();
