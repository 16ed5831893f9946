import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOfUnpacked, findUnpackedPackages, unpackDebianPackages } from '../debian-packages';

const run = promisify(execFile);
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
const advice = 'Install Chromium: apt-get install chromium.';

/** How to start a browser. */
export interface BrowserCommand {
  executablePath: string;
  env: NodeJS.ProcessEnv;
}

const isUsable = async ({ executablePath, env }: BrowserCommand): Promise<boolean> => {
  try {
    await run(executablePath, ['--version'], { env });
    return true;
  } catch {
    return false; // not installed, or not for this machine
  }
};

/** The program itself: the script that Debian starts it by asks the system for what is only unpacked here. */
const commandIn = (folder: string): BrowserCommand => ({
  executablePath: join(folder, 'usr/lib/chromium/chromium'),
  env: { ...environmentOfUnpacked(folder), FONTCONFIG_PATH: join(folder, 'etc/fonts') },
});

const installed = (): BrowserCommand[] => (process.env['PATH'] ?? '').split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .filter((path) => existsSync(path))
  .map((executablePath) => ({ executablePath, env: process.env }));

const unpackChromium = async (): Promise<BrowserCommand> => {
  const folder = await unpackDebianPackages('chromium', ['chromium']).catch((cause: unknown) => {
    throw new Error(`No Chromium found, and Debian's packages could not be fetched. ${advice}`, { cause });
  });
  const command = commandIn(folder);
  if (!await isUsable(command)) throw new Error(`The Chromium that was unpacked into ${folder} does not start. ${advice}`);
  return command;
};

/** A Chromium that is installed, else Debian's packages unpacked into a cache without being root. Throws, saying what to install, where neither is to be had. */
export const findBrowser = async (): Promise<BrowserCommand> => {
  for (const command of [...installed(), ...findUnpackedPackages('chromium').map(commandIn)]) {
    if (await isUsable(command)) return command;
  }
  return unpackChromium();
};
