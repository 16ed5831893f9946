import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot, testSettings } from '../product-process';

export interface Ran { code: number | null; out: string; err: string }

/** Runs `npm run admin -- <words>` without npm, under an environment of the test's own. */
export type Admin = (words: readonly string[], input?: string) => Promise<Ran>;

const absent = { REDIS_URL: '', DATABASE_URL: '', DB_URL: '', SECRET_KEY: '', NODE_ENV: '', LOG_LEVEL: '' };

const collect = (program: string, args: readonly string[], env: NodeJS.ProcessEnv, input: string | undefined): Promise<Ran> => new Promise((resolve, reject) => {
  const { PATH, HOME } = process.env;
  const child = spawn(program, args, { cwd: repositoryRoot, env: { PATH, HOME, ...absent, ...testSettings, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const ran: Ran = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => { ran.out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { ran.err += chunk.toString(); });
  child.once('error', reject);
  child.once('close', (code) => { resolve({ ...ran, code }); });
  // A command that reads nothing may end before its input does.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
});

const program = join(repositoryRoot, 'scripts/admin.mjs');

export const adminWith = (env: NodeJS.ProcessEnv): Admin => (words, input) => collect(process.execPath, [program, ...words], env, input);

/** The same without the npm scripts, which the image does not have. */
export const adminOfIndex = (env: NodeJS.ProcessEnv): Admin => (words, input) => collect(process.execPath, ['index.js', 'admin', ...words], env, input);

/** The same on a terminal, where what is typed would be shown if it were not kept back: `out` is the screen. Each answer is typed when its prompt is there. */
export const adminOnTerminal = (env: NodeJS.ProcessEnv, words: readonly string[], answers: readonly { after: string; type: string }[]): Promise<Ran> => new Promise((resolve, reject) => {
  const { PATH, HOME } = process.env;
  const command = [process.execPath, program, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: repositoryRoot, env: { PATH, HOME, TERM: 'dumb', ...absent, ...testSettings, ...env }, stdio: ['pipe', 'pipe', 'pipe'],
  });
  const left = [...answers];
  let screen = '';
  let seen = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    const [next] = left;
    const at = next === undefined ? -1 : screen.indexOf(next.after, seen);
    if (next === undefined || at === -1) return;
    seen = at + next.after.length;
    left.shift();
    child.stdin.write(next.type);
  });
  child.once('error', reject);
  child.once('close', (code) => { resolve({ code, out: screen, err: '' }); });
});
