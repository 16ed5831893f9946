import { fields, limits } from '@chat-backend/contracts';
import type { ListedUser } from '@chat-backend/auth';
import type { Command } from 'commander';
import { by, examples, mayGoOn, pageSize, type CommandLine } from './command-line';
import { counted, jsonOf, listOf, tableOf } from './print';

const named = 'its id or its email address';

const stateOf = ({ disabledAt, isVerified }: ListedUser): string => (disabledAt !== null ? 'disabled' : isVerified ? 'active' : 'unverified');

const usersTable = (users: readonly ListedUser[]): string => tableOf(
  ['ID', 'EMAIL', 'NAME', 'STATE', '2FA', 'CREATED'],
  users.map((user) => [user.id, user.email, user.userName, stateOf(user), user.isTwoFactorEnabled ? 'on' : 'off', user.createdAt]),
);

const addCreate = (users: Command, line: CommandLine): void => {
  users.command('create').description('make an account; the password is asked for, or read from standard input')
    .argument('<email>', 'its address', by(fields.email))
    .option('--name <name>', 'the name that others see', by(fields.userName))
    .option('--verified', 'you answer for the address: no code is mailed to it')
    .addHelpText('after', examples('users create ann@example.com --name Ann --verified', 'users create ann@example.com < password.txt'))
    .action(async (email: string, options: { name?: string; verified?: true }, command: Command) => {
      const password = fields.newPassword.safeParse(await line.terminal.readPassword());
      if (!password.success) throw new Error(`A password has ${limits.passwordMinLength} to ${limits.passwordMaxLength} characters. Nothing was changed.`);
      await line.operate(command, async ({ auth }, origin) => {
        const { id } = await auth.createUser(origin, { email, password: password.data, userName: options.name, isVerified: options.verified === true });
        const next = options.verified === true ? '' : ' The first sign-in mails a code to the address.';
        line.terminal.print(`${email} has the account ${id}.${next}`);
      });
    });
};

const addList = (users: Command, line: CommandLine): void => {
  users.command('list').description('list accounts, the newest first')
    .argument('[search]', 'a part of the address or of the name, or an id')
    .option('--disabled', 'only those that are disabled')
    .option('--unverified', 'only those whose address nobody has verified')
    .option('--limit <count>', 'how many', pageSize, limits.defaultPageSize)
    .option('--after <id>', 'go on after this one', by(fields.id))
    .option('--json', 'print JSON')
    .addHelpText('after', examples('users list', 'users list example.com --disabled --limit 20'))
    .action(async (search: string | undefined, options: { disabled?: true; unverified?: true; limit: number; after?: string; json?: true }, command: Command) => {
      await line.operate(command, async ({ auth }) => {
        const only = options.disabled === true ? 'disabled' : options.unverified === true ? 'unverified' : undefined;
        const page = await auth.listUsers({ search, only, limit: options.limit, afterId: options.after });
        if (options.json === true) { line.terminal.print(jsonOf({ users: page.users, nextId: page.nextId ?? null })); return; }
        line.terminal.print(page.users.length === 0 ? 'There is no such account.' : usersTable(page.users));
        if (page.nextId !== undefined) line.terminal.say(`There are more: add --after ${page.nextId}`);
      });
    });
};

const addShow = (users: Command, line: CommandLine): void => {
  users.command('show').description('show an account: its state, its second factor, its roles in groups')
    .argument('<user>', named)
    .option('--json', 'print JSON')
    .addHelpText('after', examples('users show ann@example.com'))
    .action(async (user: string, options: { json?: true }, command: Command) => {
      await line.operate(command, async ({ auth, group }) => {
        const { id } = await auth.find(user);
        const [shown, roles] = await Promise.all([auth.showUser(id), group.rolesOf(id)]);
        if (options.json === true) { line.terminal.print(jsonOf({ ...shown, roles })); return; }
        line.terminal.print(listOf([
          ['id', shown.id], ['email', shown.email], ['name', shown.userName], ['about', shown.about], ['age', shown.age],
          ['state', stateOf(shown)], ['verified', shown.isVerified], ['disabled since', shown.disabledAt], ['created', shown.createdAt],
          ['two-factor', shown.twoFactorMethod], ['recovery codes left', shown.recoveryCodesLeft], ['sessions', shown.sessions],
          ['mails waiting', shown.mails.waiting], ['mails failed', shown.mails.failed],
          ['owner of groups', roles.groupsOwned], ['member of groups', roles.groupsJoined],
          ...roles.owns.map(({ id: groupId, name }) => ['owns', `${groupId} ${name}`] as const),
        ]));
      });
    });
};

const verifiedAs = {
  verified: (email: string) => `${email} is verified.`,
  verifiedWithoutPassword: (email: string) => `${email} is verified. It was registered with several passwords, so none counts: "Forgot password" gives it one.`,
  wasVerifiedBefore: (email: string) => `${email} was verified before; nothing was changed.`,
};

const addVerify = (users: Command, line: CommandLine): void => {
  users.command('verify').description('take the address of an account for verified')
    .argument('<user>', named)
    .addHelpText('after', examples('users verify ann@example.com'))
    .action(async (user: string, _options: object, command: Command) => {
      await line.operate(command, async ({ auth }, origin) => {
        const { id, email } = await auth.find(user);
        line.terminal.print(verifiedAs[await auth.verifyUser(origin, id)](email));
      });
    });
};

const addDisable = (users: Command, line: CommandLine): void => {
  users.command('disable').description('let nobody sign in to an account any more, and end its sessions and sockets')
    .argument('<user>', named)
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('users disable ann@example.com', 'users disable ann@example.com --yes'))
    .action(async (user: string, options: { yes?: true }, command: Command) => {
      await line.operate(command, async ({ auth }, origin) => {
        const { id, email } = await auth.find(user);
        if (!await mayGoOn(command, line, `Disable ${email}? All its sessions end.`, options.yes === true)) return;
        const ended = await auth.disableUser(origin, id);
        line.terminal.print(ended === undefined ? `${email} was disabled before; nothing was changed.` : `${email} is disabled; ${counted(ended, 'session')} ended.`);
      });
    });
};

const addEnable = (users: Command, line: CommandLine): void => {
  users.command('enable').description('let a disabled account sign in again')
    .argument('<user>', named)
    .addHelpText('after', examples('users enable ann@example.com'))
    .action(async (user: string, _options: object, command: Command) => {
      await line.operate(command, async ({ auth }, origin) => {
        const { id, email } = await auth.find(user);
        line.terminal.print(await auth.enableUser(origin, id) ? `${email} may sign in again.` : `${email} was not disabled; nothing was changed.`);
      });
    });
};

export const addUserCommands = (program: Command, line: CommandLine): void => {
  const users = program.command('users').description('accounts: create, list, show, verify, disable, enable');
  for (const add of [addCreate, addList, addShow, addVerify, addDisable, addEnable]) add(users, line);
};
