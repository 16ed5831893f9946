import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromDebianPackages } from '@chat-backend/testing';

const run = promisify(execFile);
const advice = 'Install promtool (apt-get install prometheus, brew install prometheus).';

/** The one that is installed, else that of Debian's package. @throws Error that says what to install */
export const findPromtool = async (): Promise<string> => {
  const isInstalled = await run('promtool', ['--version']).then(() => true, () => false);
  if (isInstalled) return 'promtool';
  // One binary without libraries: what its package depends on is for its pages.
  return fromDebianPackages({ name: 'prometheus', packages: ['prometheus'], withDependencies: false, advice }, async (folder) => {
    const command = join(folder, 'usr/bin/promtool');
    return existsSync(command) ? command : undefined;
  });
};
