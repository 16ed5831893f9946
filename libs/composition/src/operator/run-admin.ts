import { userInfo } from 'node:os';
import { createLogger, Refusal } from '@chat-backend/service-kit';
import { Command, CommanderError } from 'commander';
import { createBriefLog } from '../brief-log';
import { explain } from '../run-process';
import { examples, type CommandLine } from './command-line';
import { addMailCommands } from './mail-commands';
import { openInstallation } from './open-installation';
import { addSessionCommands } from './session-commands';
import { createTerminal } from './terminal';
import { addUserCommands } from './user-commands';

const usageCode = 2;

/** The system's account, for the audit log. Containers run under numbers that have no name. */
const operatorName = (): string => {
  try { return userInfo().username; } catch { return `uid ${process.getuid?.() ?? 'unknown'}`; }
};

/** The words of the command, without what was given with them: `admin users disable`. */
const nameOf = (command: Command): string => (command.parent === null ? 'admin' : `${nameOf(command.parent)} ${command.name()}`);

const createCommandLine = (env: NodeJS.ProcessEnv): CommandLine => {
  const terminal = createTerminal();
  const logger = createLogger({ level: 'warn', service: 'admin', destination: createBriefLog((text) => { process.stderr.write(text); }) });
  return {
    terminal,
    async operate(command, work) {
      const installation = await openInstallation(env, logger, (sentence) => { terminal.say(sentence); });
      try { await work(installation, { call: nameOf(command), operator: operatorName() }); } finally { await installation.close(); }
    },
  };
};

const createProgram = (line: CommandLine): Command => {
  const program = new Command('npm run admin --')
    .description('Administers an installation of Chat Backend, by the settings of its services (the environment, and .env).')
    .exitOverride().showHelpAfterError('(--help after a command shows what it takes)')
    .addHelpText('after', examples('users list', 'users disable --help'));
  addUserCommands(program, line);
  addSessionCommands(program, line);
  addMailCommands(program, line);
  return program;
};

/** What was printed already: the help that was asked for is no fault; every other word of commander's is wrong usage. */
const exitCodeOf = ({ exitCode }: CommanderError): number => (exitCode === 0 ? 0 : usageCode);

/**
 * Runs one command of the operators' command line. Sets the exit code: 0 done, 1 not done, 2 wrong usage.
 * @param words what stands after `npm run admin --`
 */
export const runAdmin = async (env: NodeJS.ProcessEnv, words: readonly string[]): Promise<void> => {
  // A Postgres that was started for the command ends with the process, if that ends in words of its own.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => { process.exit(1); });
  // Whoever reads the result may have enough of it: `… users list | head`.
  process.stdout.once('error', ({ code }: NodeJS.ErrnoException) => { process.exit(code === 'EPIPE' ? 0 : 1); });
  const program = createProgram(createCommandLine(env));
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = exitCodeOf(error);
      return;
    }
    process.stderr.write(`${error instanceof Refusal ? `${error.message} (${error.code}).` : explain(error)}\n`);
    process.exitCode = 1;
  }
};
