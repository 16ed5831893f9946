import { fields } from '@chat-backend/contracts';
import type { Command } from 'commander';
import { by, examples, mayGoOn, type CommandLine } from './command-line';
import { counted, jsonOf, tableOf } from './print';

const addList = (sessions: Command, line: CommandLine): void => {
  sessions.command('list').description('list the sessions of a user, the one that was used last first')
    .argument('<user>', 'the id or the email address of the user')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('sessions list ann@example.com'))
    .action(async (user: string, options: { json?: true }, command: Command) => {
      await line.operate(command, async ({ auth }) => {
        const { id, email } = await auth.find(user);
        const found = await auth.sessions(id);
        if (options.json === true) { line.terminal.print(jsonOf({ sessions: found })); return; }
        line.terminal.print(found.length === 0 ? `${email} has no session.` : tableOf(
          ['ID', 'DEVICE', 'STARTED', 'LAST USED', 'EXPIRES'],
          found.map(({ id: sessionId, device, startedAt, lastUsedAt, expiresAt }) => [sessionId, device, startedAt, lastUsedAt, expiresAt]),
        ));
      });
    });
};

const addRevoke = (sessions: Command, line: CommandLine): void => {
  sessions.command('revoke').description('end one session of a user, or all of them; their sockets close within 2 s')
    .argument('<user>', 'the id or the email address of the user')
    .argument('[session]', 'the id of the session', by(fields.id))
    .option('--all', 'all sessions of the user')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('sessions revoke ann@example.com 0199f0c2-7d1e-7a30-8f00-000000000000', 'sessions revoke ann@example.com --all --yes'))
    .action(async (user: string, sessionId: string | undefined, options: { all?: true; yes?: true }, command: Command) => {
      const which = options.all === true ? 'all' : sessionId;
      if (which === undefined || (options.all === true && sessionId !== undefined)) command.error('error: name one session, or give --all', { exitCode: 2 });
      await line.operate(command, async ({ auth }, origin) => {
        const { id, email } = await auth.find(user);
        const question = which === 'all' ? `End all sessions of ${email}?` : `End the session ${which} of ${email}?`;
        if (!await mayGoOn(command, line, question, options.yes === true)) return;
        line.terminal.print(`${counted(await auth.endSessions(origin, id, which), 'session')} of ${email} ended.`);
      });
    });
};

export const addSessionCommands = (program: Command, line: CommandLine): void => {
  const sessions = program.command('sessions').description('the sessions of a user: list, revoke');
  addList(sessions, line);
  addRevoke(sessions, line);
};
