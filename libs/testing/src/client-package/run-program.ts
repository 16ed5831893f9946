import { spawn, type ChildProcess } from 'node:child_process';

export interface Program {
  child: ChildProcess;
  /** Everything that it printed, on both outputs. */
  output(): string;
  /** Resolves when it has printed this. */
  prints(expected: RegExp): Promise<void>;
  /** Resolves with its exit code. */
  ended: Promise<number | null>;
}

export interface ProgramOptions {
  folder: string;
  env?: Record<string, string>;
  /** Called with each piece of what it prints, and with what types into it. */
  onOutput?: (text: string, type: (line: string) => void) => void;
}

const lateMs = 20_000;

/** Runs a program of an app's with this Node, with nothing of the test's settings in its environment. */
export const runProgram = (file: string, { folder, env = {}, onOutput }: ProgramOptions): Program => {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [file], { cwd: folder, env: { PATH, ...env }, stdio: 'pipe' });
  let output = '';
  const looks = new Set<() => void>();
  const ended = new Promise<number | null>((resolve) => { child.once('close', resolve); });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput?.(text, (line) => { child.stdin.write(`${line}\n`); });
      for (const look of [...looks]) look();
    });
  }
  const prints = (expected: RegExp): Promise<void> => new Promise((resolve, reject) => {
    const give = (what: string): void => {
      finish();
      reject(new Error(`${what} before it printed ${expected}:\n${output}`));
    };
    const late = setTimeout(() => { give('It took too long'); }, lateMs);
    const look = (): void => {
      if (!expected.test(output)) return;
      finish();
      resolve();
    };
    const finish = (): void => {
      clearTimeout(late);
      looks.delete(look);
    };
    looks.add(look);
    void ended.then(() => { if (looks.has(look)) give('It ended'); });
    look();
  });
  return { child, output: () => output, prints, ended };
};
