import { setTimeout as pause } from 'node:timers/promises';
import type { AuditAction } from '@chat-backend/contracts';
import type { ProcessContext } from '@chat-backend/service-kit';
import type { PrismaClient } from './generated/client';
import { newId } from './new-id';

/** The services that hold something of a user beside auth, which lets go of its own in the call itself. */
export const deletionParts = ['social-graph', 'group', 'messaging'] as const;
export type DeletionPart = (typeof deletionParts)[number];

export interface DeletedAccount { userId: string; erasesMessages: boolean }

export interface DeletionTiming {
  /** How often is looked for deletions that nobody told of, or that were not done to the end. */
  everyMs?: number;
  /**
   * How old a deletion must be for a pass over it to be the last: what the user's sessions had under way has ended by then. They are refused
   * everywhere within 2 s, and a call waits at most 20 s for its turn.
   */
  settledAfterMs?: number;
}

export interface AccountDeletionsOptions extends Pick<ProcessContext, 'events' | 'logger'> {
  part: DeletionPart;
  tables: Pick<PrismaClient, '$queryRaw'>;
  /**
   * Takes what this service holds of the user out of its tables, in transactions of bounded size. It is called again and again, at times by several
   * processes at once: it goes on where an earlier call ended, and nothing left is nothing to do. It may stop early when the signal is aborted.
   */
  erase(account: DeletedAccount, signal: AbortSignal): Promise<void>;
  /** Whether this part must see the others done before it is: they end what could still write into it. */
  isLast?: boolean;
  timing?: DeletionTiming;
}

export interface AccountDeletions {
  /** Takes nothing up any more; resolves when what is under way has ended. Idempotent. */
  stop(): Promise<void>;
}

type Found = DeletedAccount & { mayFinish: boolean };

const deleted: AuditAction = 'account.deleted';
const accountsAtOnce = 100;
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * Does a service's part of every deletion: at once when it is told of one, and by a sweep when it was not, or when an earlier attempt did not come to
 * its end. A deletion that fails stands in no other's way. The row of the deletion is the only thing that matters; events only hurry.
 */
export const followAccountDeletions = (options: AccountDeletionsOptions): AccountDeletions => {
  const { part, tables, events, logger, erase, isLast = false, timing: { everyMs = 10_000, settledAfterMs = 45_000 } = {} } = options;
  const stopped = new AbortController();
  const { signal } = stopped;
  let isToldOfMore = false;
  let wake = (): void => {};

  const find = (after: string): Promise<Found[]> => tables.$queryRaw<Found[]>`
    select user_id as "userId", erases_messages as "erasesMessages",
      requested_at < clock_timestamp() - ${settledAfterMs} * interval '1 millisecond' and (not ${isLast} or cardinality(parts_left) = 1) as "mayFinish"
    from account_deletions where completed_at is null and ${part} = any (parts_left) and user_id > ${after}::uuid order by user_id limit ${accountsAtOnce}`;

  /** One statement, so that a deletion is in the audit log exactly when it is complete. */
  const finish = async (userId: string): Promise<void> => {
    const [row] = await tables.$queryRaw<{ isComplete: boolean }[]>`
      with finished as materialized (select finish_account_deletion(${userId}::uuid, ${part}) as "isComplete"),
      recorded as (insert into audit_log (id, action, subject_id) select ${newId()}::uuid, ${deleted}, ${userId}::uuid from finished where "isComplete")
      select "isComplete" from finished`;
    if (row?.isComplete === true) logger.info({ userId }, 'nothing is left of a deleted account');
  };

  /** Only a pass that began when the deletion was settled, and went to its end, is the last. */
  const pass = async (account: Found): Promise<void> => {
    try {
      await erase(account, signal);
      if (account.mayFinish && !signal.aborted) await finish(account.userId);
    } catch (error) {
      logger.warn({ err: error, userId: account.userId }, 'an account was not deleted to the end; it is tried again');
    }
  };

  const sweep = async (): Promise<void> => {
    for (let after = nobody; ;) {
      const found = await find(after);
      for (const account of found) {
        if (signal.aborted) return;
        await pass(account);
      }
      if (found.length < accountsAtOnce) return;
      after = found.at(-1)?.userId ?? after;
    }
  };

  const untilNextTime = async (): Promise<void> => {
    const early = new AbortController();
    wake = () => { early.abort(); };
    if (isToldOfMore) early.abort();
    await pause(everyMs, undefined, { ref: false, signal: AbortSignal.any([signal, early.signal]) }).catch(() => undefined);
    isToldOfMore = false;
  };

  const keepSweeping = async (): Promise<void> => {
    while (!signal.aborted) {
      await sweep().catch((error: unknown) => { logger.warn({ err: error }, 'deleted accounts could not be looked for; it is tried again'); });
      await untilNextTime();
    }
  };
  events.on('account.deleted', () => {
    isToldOfMore = true;
    wake();
  });
  const sweeping = keepSweeping();

  return {
    async stop() {
      stopped.abort();
      await sweeping;
    },
  };
};
