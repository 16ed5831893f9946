import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client';
import type { DataOwner, TablesOf } from './table-ownership';

export interface Database<Owner extends DataOwner> {
  tables: TablesOf<Owner>;
  /** Runs the steps in one transaction (READ COMMITTED); an error in any of them undoes all. */
  transaction<Result>(steps: (tables: TablesOf<Owner>) => Promise<Result>): Promise<Result>;
  /** Rejects if Postgres does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions { url: string; poolSize: number }

const connectTimeoutMs = 5_000;

/** Opens a service's view of the database. Connections are made when they are first needed. */
export const openDatabase = <Owner extends DataOwner>(owner: Owner, { url, poolSize }: DatabaseOptions): Database<Owner> => {
  const adapter = new PrismaPg({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    application_name: `chat-backend ${owner}`,
  });
  const prisma = new PrismaClient({ adapter });
  return {
    // The client has more than the type shows: that is what keeps a service to its tables.
    tables: prisma as unknown as TablesOf<Owner>,
    transaction: (steps) => prisma.$transaction((transaction) => steps(transaction as unknown as TablesOf<Owner>)),
    ping: async () => { await prisma.$queryRaw`select 1`; },
    close: () => prisma.$disconnect(),
  };
};
