// Runs after npm install: generates the database client and builds. npm start does both itself, with progress.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, generate } from './start/build.mjs';
import { StepFailure } from './start/failure.mjs';
import { rememberInstall } from './start/install.mjs';
import { root } from './start/root.mjs';

const has = (path) => existsSync(join(root, path));
const prepare = async () => {
  if (process.env.CHAT_BACKEND_SKIP_PREPARE) return;
  if (!has('libs') || !has('services')) {
    console.log('Chat Backend: there are no sources here yet, so nothing is built. Run npm run prepare when they are.');
    return;
  }
  if (!has('node_modules/@typescript/native') || !has('node_modules/nx')) {
    console.log(has('libs/composition/dist')
      ? 'Chat Backend: the development packages are not installed, so nothing is built; what was built before is used.'
      : 'Chat Backend: the development packages are not installed, so nothing is built. Copy the dist folders of a build here, or run: npm install --include=dev');
    return;
  }
  // Not where some of it was left out: npm start and npm test then install what they need.
  const hasAll = process.env.npm_command === 'ci' && !process.env.npm_config_omit;
  if (hasAll) rememberInstall();
  await generate();
  await build();
};

try {
  await prepare();
} catch (error) {
  if (!(error instanceof StepFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
