import { fields, limits } from '@chat-backend/contracts';
import type { Retried } from '@chat-backend/auth';
import { Option, type Command } from 'commander';
import { by, examples, mayGoOn, pageSize, type CommandLine } from './command-line';
import { counted, jsonOf, listOf, tableOf } from './print';

const addList = (mails: Command, line: CommandLine): void => {
  mails.command('list').description('list mails that wait or were given up, the newest first')
    .addOption(new Option('--status <status>', 'only these').choices(['waiting', 'failed', 'sent'] as const))
    .option('--limit <count>', 'how many', pageSize, limits.defaultPageSize)
    .option('--after <id>', 'go on after this one', by(fields.id))
    .option('--json', 'print JSON')
    .addHelpText('after', examples('mails list', 'mails list --status failed --json'))
    .action(async (options: { status?: 'waiting' | 'failed' | 'sent'; limit: number; after?: string; json?: true }, command: Command) => {
      await line.operate(command, async ({ auth }) => {
        const page = await auth.listMails({ status: options.status, limit: options.limit, afterId: options.after });
        if (options.json === true) { line.terminal.print(jsonOf({ mails: page.mails, nextId: page.nextId ?? null })); return; }
        line.terminal.print(page.mails.length === 0 ? 'There is no such mail.' : tableOf(
          ['ID', 'STATUS', 'KIND', 'TO', 'CREATED', 'FAILURES', 'LAST ERROR'],
          page.mails.map(({ id, status, kind, address, createdAt, failures, lastError }) => [id, status, kind, address, createdAt, failures, lastError]),
        ));
        if (page.nextId !== undefined) line.terminal.say(`There are more: add --after ${page.nextId}`);
      });
    });
};

const outcomeOf = (retried: Retried): string => {
  switch (retried.outcome) {
    case 'queued': return 'is sent now, if a service runs that sends';
    case 'left to the sweep': return 'waits; the queue does not answer, and the services find it within a minute';
    case 'not sent': return `is not sent: ${retried.reason}`;
  }
};

const addRetry = (mails: Command, line: CommandLine): void => {
  mails.command('retry').description('send a mail that was given up again, or one that waits at once')
    .argument('[mail]', 'the id of the mail', by(fields.id))
    .option('--all', 'all that wait or were given up; those whose code has expired stay as they are')
    .option('--yes', 'do not ask before sending all')
    .addHelpText('after', examples('mails retry 0199f0c2-7d1e-7a30-8f00-000000000000', 'mails retry --all --yes'))
    .action(async (mailId: string | undefined, options: { all?: true; yes?: true }, command: Command) => {
      if ((mailId === undefined) === (options.all !== true)) command.error('error: name one mail, or give --all', { exitCode: 2 });
      await line.operate(command, async ({ auth }, origin) => {
        if (mailId !== undefined) {
          const retried = await auth.retryMail(origin, mailId);
          if (retried === undefined) throw new Error('There is no such mail. See: npm run admin -- mails list');
          if (retried.outcome === 'not sent') throw new Error(`The mail ${outcomeOf(retried)}.`);
          line.terminal.print(`The mail ${outcomeOf(retried)}.`);
          return;
        }
        if (!await mayGoOn(command, line, 'Send all mails that wait or were given up?', options.yes === true)) return;
        const outcomes = new Map<string, number>();
        await auth.retryAllMails(origin, (retried) => { outcomes.set(outcomeOf(retried), (outcomes.get(outcomeOf(retried)) ?? 0) + 1); });
        if (outcomes.size === 0) line.terminal.print('No mail waits, and none was given up.');
        for (const [outcome, count] of outcomes) line.terminal.print(`${counted(count, 'mail')}: each ${outcome}.`);
      });
    });
};

const addQueue = (program: Command, line: CommandLine): void => {
  program.command('queue').description('show the queue of mails, and what the table of mails says')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('queue'))
    .action(async (options: { json?: true }, command: Command) => {
      await line.operate(command, async ({ auth }) => {
        const [mails, queue] = await Promise.all([auth.countMails(), auth.queueState()]);
        if (options.json === true) { line.terminal.print(jsonOf({ queue, mails })); return; }
        line.terminal.print(listOf([
          ['queue on', queue.place], ['paused', queue.isPaused], ...Object.entries(queue.jobs).map(([state, count]) => [`jobs ${state}`, count] as const),
          ['mails waiting', mails.waiting], ['oldest waits since', mails.oldestWaiting], ['mails failed', mails.failed], ['mails sent', mails.sent],
        ]));
      });
    });
};

export const addMailCommands = (program: Command, line: CommandLine): void => {
  const mails = program.command('mails').description('mails that did not leave: list, retry');
  addList(mails, line);
  addRetry(mails, line);
  addQueue(program, line);
};
