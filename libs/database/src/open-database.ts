import { Refusal } from '@chat-backend/service-kit';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Registry } from 'prom-client';
import { Prisma, PrismaClient } from './generated/client';
import { measurePool } from './measure-pool';
import { keepalives } from './notice-vanished-host';
import type { DataOwner, TablesOf } from './table-ownership';

export interface Database<Owner extends DataOwner> {
  tables: TablesOf<Owner>;
  /**
   * Runs the steps in one transaction (READ COMMITTED); an error in any of them undoes all.
   * @throws Refusal BUSY when it had to wait too long for a connection or for the locks of others
   */
  transaction<Result>(steps: (tables: TablesOf<Owner>) => Promise<Result>): Promise<Result>;
  /** Rejects if Postgres does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** After so long without an answer a statement fails. Default: the product's. */
  answerWithinMs?: number;
  /** After so long without a statement an open transaction is undone by the server. Default: the product's. */
  goOnWithinMs?: number;
  /** Absent: nobody asks how its connections are. */
  metrics?: Registry;
}

const connectTimeoutMs = 5_000;
/** Longer than a transaction waits for the locks of others. */
const productAnswerWithinMs = 20_000;
/**
 * The server ends what takes too long itself, and its connection goes on. Only where it has gone silent (a power cut, a failover) we are the ones who give up,
 * a little later: calls would wait for it as long as TCP does, a quarter of an hour, and take every connection with them.
 */
const silentAfter = (answerWithinMs: number): number => answerWithinMs * 1.1;
/**
 * Longer than Prisma lets a transaction take in all, so that a process that lives ends it itself. What a host holds that vanished in the middle (the lock of a
 * conversation, in which every send is refused meanwhile) the server would keep until TCP notices, two hours.
 */
const productGoOnWithinMs = 15_000;
/** A queue of calls for one lock (a popular group that many join at once) is worked off, and not refused after Prisma's own 2 s. */
const transactionPatience = { maxWait: 10_000, timeout: 10_000 };

const statementEnded = '57014';
const sqlStateOf = ({ meta }: Prisma.PrismaClientKnownRequestError): unknown =>
  (meta?.['driverAdapterError'] as { cause?: { originalCode?: unknown } } | undefined)?.cause?.originalCode;

const isOutOfPatience = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && (error.code === 'P2028' || sqlStateOf(error) === statementEnded);

const settingsOf = (settings: Readonly<Record<string, string | number>>): string => Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(' ');

/** Opens a service's view of the database. Connections are made when they are first needed. */
export const openDatabase = <Owner extends DataOwner>(owner: Owner, options: DatabaseOptions): Database<Owner> => {
  const { url, poolSize, answerWithinMs = productAnswerWithinMs, goOnWithinMs = productGoOnWithinMs, metrics } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: answerWithinMs,
    query_timeout: silentAfter(answerWithinMs),
    idle_in_transaction_session_timeout: goOnWithinMs,
    application_name: `chat-backend ${owner}`,
    // The adapter writes and reads times without their zone: the connection's must be UTC, whatever the server's is.
    options: settingsOf({ TimeZone: 'UTC', ...keepalives }),
  });
  if (metrics !== undefined) measurePool(metrics, { owner, name: 'prisma', pool });
  const adapter = new PrismaPg(pool, { disposeExternalPool: true });
  const prisma = new PrismaClient({ adapter, transactionOptions: transactionPatience });
  return {
    // The client has more than the type shows: that is what keeps a service to its tables.
    tables: prisma as unknown as TablesOf<Owner>,
    async transaction(steps) {
      try {
        return await prisma.$transaction((transaction) => steps(transaction as unknown as TablesOf<Owner>));
      } catch (error) {
        throw isOutOfPatience(error) ? Object.assign(new Refusal('BUSY'), { cause: error }) : error;
      }
    },
    ping: async () => { await prisma.$queryRaw`select 1`; },
    close: () => prisma.$disconnect(),
  };
};
