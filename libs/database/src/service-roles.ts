import { createHmac } from 'node:crypto';
import pg from 'pg';
import { sharedColumns, tableOwnership, type DataOwner, type TableName } from './table-ownership';

/** The tables' names in SQL; the schema maps them so. */
const sqlNames: Record<TableName, string> = {
  user: 'users', session: 'sessions', refreshToken: 'refresh_tokens', challenge: 'challenges', mail: 'mails',
  friendRequest: 'friend_requests', friendship: 'friendships', block: 'blocks',
  group: 'groups', groupMember: 'group_members',
  conversation: 'conversations', chat: 'chats', message: 'messages', messageOutbox: 'message_outbox',
  userLog: 'user_logs', userLogEntry: 'user_log_entries',
  totpSecret: 'totp_secrets', recoveryCode: 'recovery_codes', twoFactorNetwork: 'two_factor_networks',
  accountDeletion: 'account_deletions',
  auditEntry: 'audit_log',
};

/** Functions that do, as the administrator, what the roles may not; others than these owners may not call them. */
const functionsOf: Partial<Record<DataOwner, readonly string[]>> = { auth: ['delete_old_audit_entries(integer, integer)'] };

/** BullMQ's tables are the mail worker's alone. */
export const queueSchema = 'bullmq';

const owners = Object.keys(tableOwnership) as DataOwner[];
const roleOf = (owner: DataOwner): string => `chat_${owner.replaceAll('-', '_')}`;
const passwordOf = (owner: DataOwner, secret: string): string => createHmac('sha256', secret).update(`postgres role ${owner}`).digest('hex');
const listOf = (tables: readonly TableName[]): string => tables.map((table) => sqlNames[table]).join(', ');

const columnsOf = (table: TableName): string => (sharedColumns[table] === undefined ? '' : `(${sharedColumns[table].join(', ')})`);

const grantsOf = (owner: DataOwner, password: string): string[] => {
  const role = roleOf(owner);
  const { writes, reads, appends } = tableOwnership[owner];
  return [
    `do $$ begin if not exists (select from pg_roles where rolname = '${role}') then create role ${role} login; end if; end $$`,
    `alter role ${role} password '${password}'`,
    `revoke all on all tables in schema public from ${role}`,
    `grant select, insert, update, delete on ${listOf(writes)} to ${role}`,
    ...reads.map((table: TableName) => `grant select ${columnsOf(table)} on ${sqlNames[table]} to ${role}`),
    `grant insert on ${listOf(appends)} to ${role}`,
    ...(functionsOf[owner] ?? []).map((name) => `grant execute on function ${name} to ${role}`),
    // For seeing, at the start of a process of its own, that nothing is left to migrate.
    `grant select on _prisma_migrations to ${role}`,
    `grant usage on all sequences in schema public to ${role}`,
  ];
};

/** The database's address for each owner, where `setUpServiceRoles` has been with this secret. */
export const addressesOfRoles = (administratorUrl: string, secret: string): Record<DataOwner, string> => {
  const urls = owners.map((owner) => {
    const url = new URL(administratorUrl);
    url.username = roleOf(owner);
    url.password = passwordOf(owner, secret);
    return [owner, url.href] as const;
  });
  return Object.fromEntries(urls) as Record<DataOwner, string>;
};

/**
 * Gives each service a role of its own in a database that is ours to set up, so that raw SQL obeys the ownership of
 * tables too. Run after `migrate`, as an administrator.
 * @param secret the roles' passwords are derived from it
 * @returns the database's address for each owner
 */
export const setUpServiceRoles = async (administratorUrl: string, secret: string): Promise<Record<DataOwner, string>> => {
  const client = new pg.Client({ connectionString: administratorUrl });
  await client.connect();
  try {
    const statements = owners.flatMap((owner) => grantsOf(owner, passwordOf(owner, secret)));
    await client.query(['begin', ...statements, `create schema if not exists ${queueSchema} authorization ${roleOf('auth')}`, 'commit'].join(';\n'));
  } finally {
    await client.end();
  }
  return addressesOfRoles(administratorUrl, secret);
};
