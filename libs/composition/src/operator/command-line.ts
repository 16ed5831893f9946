import { limits } from '@chat-backend/contracts';
import type { AuditedCall } from '@chat-backend/database';
import { InvalidArgumentError, type Command } from 'commander';
import type { z } from 'zod';
import type { Installation } from './open-installation';
import type { Terminal } from './terminal';

/** What a command works with. */
export interface CommandLine {
  terminal: Terminal;
  /** Opens the installation for the work and closes it after. `origin` is what the audit log says of it: the command, and who runs it. */
  operate(command: Command, work: (installation: Installation, origin: AuditedCall) => Promise<void>): Promise<void>;
}

export const examples = (...lines: string[]): string => `\nExample:\n${lines.map((line) => `  npm run admin -- ${line}`).join('\n')}`;

/** Reads an argument or an option by a schema of the contract; what is wrong with it is wrong usage. */
export const by = <Schema extends z.ZodType>(schema: Schema) => (given: string): z.infer<Schema> => {
  const read = schema.safeParse(given);
  if (!read.success) throw new InvalidArgumentError(read.error.issues[0]?.message ?? 'It is not valid.');
  return read.data;
};

export const pageSize = (given: string): number => {
  const size = Number(given);
  if (!Number.isInteger(size) || size < 1 || size > limits.pageSize) throw new InvalidArgumentError(`Give a number from 1 to ${limits.pageSize}.`);
  return size;
};

/** Asks before what cannot be undone. @returns false, having said so, when the operator does not want it */
export const mayGoOn = async (command: Command, { terminal }: CommandLine, question: string, isSure: boolean): Promise<boolean> => {
  if (isSure) return true;
  if (!terminal.isInteractive) command.error(`error: ${question} Nobody is there to be asked; add --yes`, { exitCode: 2, code: 'admin.unconfirmed' });
  if (await terminal.confirm(question)) return true;
  terminal.say('Nothing was changed.');
  process.exitCode = 1;
  return false;
};
