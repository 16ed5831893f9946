import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './product/start-product';

const page = join(repositoryRoot, 'docs/operations.md');

/** The commands below `<!-- run: name -->` in docs/operations.md, as they stand there. @throws Error if there are none */
const commandsOf = (name: string): string => {
  const found = new RegExp(`<!-- run: ${name} -->\\s*\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(readFileSync(page, 'utf8'))?.[1];
  if (found === undefined) throw new Error(`docs/operations.md has no commands called ${name}`);
  return found;
};

export interface Runner {
  env: NodeJS.ProcessEnv;
  /** Absent: this process's own account. */
  account?: { uid: number; gid: number };
}

const longestMs = 60_000;

/** Runs commands of the page, and stops at the first that fails. @returns what they printed. @throws Error with it, if one fails */
export const runCommands = async (name: string, { env, account }: Runner): Promise<string> => {
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-eu', '-o', 'pipefail', '-c', commandsOf(name)], { cwd: '/', env, ...account, timeout: longestMs });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The commands "${name}" of docs/operations.md failed:\n${stdout}${stderr}`, { cause: error });
  }
};
