import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StepFailure } from './failure.mjs';
import { fingerprint, isRemembered, remember } from './fingerprint.mjs';
import { step } from './progress.mjs';
import { root } from './root.mjs';
import { lastLines, runTool } from './run-tool.mjs';

const lockfile = () => `${process.version} ${process.platform}-${process.arch} ${fingerprint('package-lock.json')}`;

const causes = [
  [/ENOSPC|no space left/i, 'The disk is full. Free some space (about 1 GB is needed) and run npm start again.'],
  [/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i, 'npm cannot reach its registry. Check the network, the proxy and the registry (npm config get registry), and run npm start again.'],
  [/EACCES|EPERM/i, 'This account may not write here. Give it the folder, or clone the repository as this account.'],
  [/EUSAGE|can only install packages when/i, 'package.json and package-lock.json do not agree. Restore both from git, or run npm install.'],
];

/** Why an installation failed, as far as npm's own words tell. */
export const installFailure = (output) => {
  const cause = causes.find(([pattern]) => pattern.test(output))?.[1] ?? 'npm could not install the packages.';
  return `${cause}\n\nThe last that npm said:\n${lastLines(output)}`;
};

/** For npm ci, which has done the same: what the lockfile names is there. */
export const rememberInstall = () => { remember('install', lockfile()); };

/** Installs exactly what the lockfile names, development packages too, if that has not been done. */
export const install = async () => {
  const print = lockfile();
  if (isRemembered('install', print)) return;
  await step('Installing packages (a minute or so, once)', async (tell) => {
    const npm = process.env.npm_execpath && existsSync(process.env.npm_execpath) ? [process.execPath, process.env.npm_execpath] : ['npm'];
    const { succeeded, output } = await runTool(npm[0], [...npm.slice(1), 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], {
      // Development packages whatever the environment says; no download of Prisma's engine, which is not used; the build is the next step here.
      env: { NODE_ENV: 'development', NPM_CONFIG_OMIT: '', npm_config_omit: '', PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_SKIP_POSTINSTALL_GENERATE: '1', CHAT_BACKEND_SKIP_PREPARE: '1' },
      onLine: tell,
    });
    if (!succeeded) throw new StepFailure(installFailure(output));
    if (!existsSync(join(root, 'node_modules/nx'))) throw new StepFailure('npm did not install the development packages. Check "omit" in npm config ls, and run npm start again.');
    rememberInstall();
  });
};
