import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromDebianPackages, libraryFolders } from '@chat-backend/testing';

const run = promisify(execFile);
const advice = 'Install haproxy 2.6 or newer (apt-get install haproxy, brew install haproxy).';
/** Debian puts it where ordinary users do not look. */
const installed = ['haproxy', '/usr/sbin/haproxy'];

/** How to start a haproxy of our own. */
export interface HaproxyCommand { command: string; env: NodeJS.ProcessEnv }

const isUsable = async ({ command, env }: HaproxyCommand): Promise<boolean> => {
  try {
    const { stdout } = await run(command, ['-v'], { env });
    const [, major = 0, minor = 0] = (/version (\d+)\.(\d+)/.exec(stdout) ?? []).map(Number);
    return major > 2 || (major === 2 && minor >= 6);
  } catch {
    return false; // not installed, or not for this machine
  }
};

/** The one that is installed, else that of Debian's package, unpacked without being root. @throws Error that says what to install */
export const findHaproxy = async (): Promise<HaproxyCommand> => {
  const { PATH } = process.env;
  for (const command of installed) if (await isUsable({ command, env: { PATH } })) return { command, env: { PATH } };
  return fromDebianPackages({ name: 'haproxy', packages: ['haproxy'], advice }, async (folder) => {
    const found = { command: join(folder, 'usr/sbin/haproxy'), env: { PATH, LD_LIBRARY_PATH: libraryFolders(folder).join(':') } };
    return existsSync(found.command) && await isUsable(found) ? found : undefined;
  });
};
