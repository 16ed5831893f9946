import type { PrismaClient } from './generated/client';

/** The services that hold data. */
export type DataOwner = 'auth' | 'social-graph' | 'group' | 'messaging';

/** A Prisma delegate's name: `user`, `friendRequest` … */
export type TableName = Exclude<keyof PrismaClient, `$${string}` | symbol>;

/**
 * Who may write which table, who may only read it, and who may only add to it. The types of each service's `db.ts` and the grants of its
 * Postgres role both come from here, so that a foreign write neither compiles nor runs.
 */
export const tableOwnership = {
  auth: {
    writes: ['user', 'session', 'refreshToken', 'challenge', 'mail', 'totpSecret', 'recoveryCode', 'twoFactorNetwork', 'accountDeletion'],
    reads: [],
    appends: ['auditEntry'],
  },
  'social-graph': { writes: ['friendRequest', 'friendship', 'block'], reads: ['user', 'userLogEntry', 'accountDeletion'], appends: ['auditEntry'] },
  group: { writes: ['group', 'groupMember'], reads: ['user', 'conversation', 'accountDeletion'], appends: ['auditEntry'] },
  // The logs of users are written by append_user_log alone, which every service may call (append-user-log.ts).
  messaging: {
    writes: ['conversation', 'chat', 'message', 'messageOutbox'],
    reads: ['user', 'friendship', 'block', 'group', 'groupMember', 'userLog', 'userLogEntry', 'accountDeletion'],
    appends: ['auditEntry'],
  },
} as const satisfies Record<DataOwner, { writes: readonly TableName[]; reads: readonly TableName[]; appends: readonly TableName[] }>;

/**
 * What readers see of a table that holds secrets, by its columns in SQL; of every other table they see all. A query of theirs names its columns.
 * Enforced by the grants of the Postgres roles.
 */
export const sharedColumns: Partial<Record<TableName, readonly string[]>> = {
  user: ['id', 'email', 'user_name', 'about', 'profile_image', 'is_verified'],
};

type Reading = 'findUnique' | 'findUniqueOrThrow' | 'findFirst' | 'findFirstOrThrow' | 'findMany' | 'count' | 'aggregate' | 'groupBy';
type Raw = '$queryRaw' | '$executeRaw';

/** What a service sees of the database: its own tables whole, those that it may read without their writing methods, those that it may add to without any other. */
export type TablesOf<Owner extends DataOwner> = Pick<PrismaClient, (typeof tableOwnership)[Owner]['writes'][number] | Raw> & {
  [Table in (typeof tableOwnership)[Owner]['reads'][number]]: Pick<PrismaClient[Table], Reading & keyof PrismaClient[Table]>;
} & {
  [Table in (typeof tableOwnership)[Owner]['appends'][number]]: Pick<PrismaClient[Table], 'createMany'>;
};
