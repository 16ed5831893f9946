import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { Writable } from 'node:stream';

/** Where a command reads and writes. What is asked and told on the way goes to standard error, so that standard output is the result alone. */
export interface Terminal {
  /** Whether somebody is there to be asked. */
  isInteractive: boolean;
  print(text: string): void;
  say(sentence: string): void;
  /** @returns false, too, when the input ends without an answer */
  confirm(question: string): Promise<boolean>;
  /** Asks twice, without showing what is typed; or takes the first line of what is piped in. */
  readPassword(): Promise<string>;
}

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => { done(); } });

/** One line from the terminal; undefined when it is left (Ctrl-C, Ctrl-D). */
const ask = (question: string, isShown: boolean): Promise<string | undefined> => new Promise((resolve) => {
  const lines = createInterface({ input: process.stdin, output: isShown ? process.stderr : nowhere(), terminal: true });
  // From here on the terminal shows nothing by itself: who is quick may type as soon as the question stands there.
  process.stderr.write(question);
  let answer: string | undefined;
  lines.once('line', (line) => {
    answer = line;
    lines.close();
  });
  lines.once('SIGINT', () => { lines.close(); });
  lines.once('close', () => {
    if (!isShown || answer === undefined) process.stderr.write('\n');
    resolve(answer);
  });
});

const askPassword = async (): Promise<string> => {
  const password = await ask('Password: ', false);
  const again = password === undefined ? undefined : await ask('Password again: ', false);
  if (password === undefined || again === undefined) throw new Error('No password was given. Nothing was changed.');
  if (password !== again) throw new Error('The two passwords differ. Nothing was changed.');
  return password;
};

export const createTerminal = (): Terminal => ({
  isInteractive: process.stdin.isTTY,
  print: (text) => { process.stdout.write(`${text}\n`); },
  say: (sentence) => { process.stderr.write(`${sentence}\n`); },
  async confirm(question) {
    const answer = await ask(`${question} [y/N] `, true);
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  },
  readPassword: async () => (process.stdin.isTTY ? askPassword() : (await readAll(process.stdin)).split(/\r?\n/, 1)[0] ?? ''),
});
