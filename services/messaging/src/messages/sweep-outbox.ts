import { setTimeout as pause } from 'node:timers/promises';
import type { CommittedMessage } from '@chat-backend/contracts';
import type { DomainEvents } from '@chat-backend/events';
import type { Logger } from '@chat-backend/service-kit';
import type { PoolClient } from 'pg';
import type { MessagingDatabase } from '../db';
import { committedFrom, messageColumns, type MessageRow } from './committed-message';

export interface OutboxSweepOptions {
  database: Pick<MessagingDatabase, 'waiting'>;
  events: DomainEvents;
  logger: Logger;
  /** Entries older than this were not pushed, as far as anybody knows: who pushes names them within this time. */
  ageMs: number;
  everyMs: number;
  /** Entries older than this are given up when they cannot be published either: those whom they were for have caught up long since. */
  forgetAfterMs: number;
}

export interface OutboxSweep {
  /** Sweeps no more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

const entriesAtOnce = 50;
const forgottenAtOnce = 10_000;

/** Entries that another sweep has are its business. */
const takeEntries = async (client: PoolClient, ageMs: number): Promise<string[]> => {
  const { rows } = await client.query<[string]>({
    name: 'outbox-take', rowMode: 'array',
    text: `select id from message_outbox where created_at < clock_timestamp() - $1 * interval '1 millisecond' order by id limit $2 for update skip locked`,
    values: [ageMs, entriesAtOnce],
  });
  return rows.map(([id]) => id);
};

/** The messages of an entry, as they were committed. */
const readEntry = async (client: PoolClient, outboxId: string): Promise<CommittedMessage[]> => {
  const { rows } = await client.query<[...MessageRow, membershipVersion: string]>({
    name: 'outbox-messages', rowMode: 'array',
    text: `select ${messageColumns}, r.membership_version from message_outbox o
      cross join lateral unnest(o.conversation_ids, o.seqs, o.membership_versions) with ordinality as r(conversation_id, seq, membership_version, position)
      join messages m on m.conversation_id = r.conversation_id and m.seq = r.seq where o.id = $1 order by r.position`,
    values: [outboxId],
  });
  return rows.map((row) => {
    const membershipVersion = Number(row.at(-1));
    return committedFrom(row.slice(0, -1) as MessageRow, membershipVersion);
  });
};

const forgetOldEntries = async (client: PoolClient, forgetAfterMs: number): Promise<void> => {
  await client.query({
    name: 'outbox-forget',
    text: `delete from message_outbox where id in (
        select id from message_outbox where created_at < clock_timestamp() - $1 * interval '1 millisecond' order by created_at limit $2 for update skip locked
      )`,
    values: [forgetAfterMs, forgottenAtOnce],
  });
};

/**
 * Publishes, as `message.sent`, what was committed by a process that died before it could push. An entry is deleted only when it was published;
 * a crash in between publishes it again, and receivers drop what they have. While nothing can be published (Redis is away) the outbox grows no longer than
 * `forgetAfterMs`.
 */
export const startOutboxSweep = ({ database, events, logger, ageMs, everyMs, forgetAfterMs }: OutboxSweepOptions): OutboxSweep => {
  const stopped = new AbortController();

  /** @returns the entries that left, in their order; fewer than were taken when publishing failed */
  const publishEntries = async (client: PoolClient, outboxIds: readonly string[]): Promise<string[]> => {
    const published: string[] = [];
    for (const outboxId of outboxIds) {
      const messages = await readEntry(client, outboxId);
      try {
        await events.publish('message.sent', { messages });
      } catch (error) {
        logger.warn({ err: error, outboxId }, 'publishing from the outbox failed; the entry stays');
        break;
      }
      published.push(outboxId);
    }
    return published;
  };

  /** @returns whether there may be more to do at once */
  const sweepSome = async (client: PoolClient): Promise<boolean> => {
    await client.query('begin');
    const taken = await takeEntries(client, ageMs);
    const published = await publishEntries(client, taken);
    if (published.length > 0) await client.query('delete from message_outbox where id = any ($1::bigint[])', [published]);
    if (published.length < taken.length) await forgetOldEntries(client, forgetAfterMs);
    await client.query('commit');
    return published.length === entriesAtOnce;
  };

  const sweepAll = async (): Promise<void> => {
    const client = await database.waiting.connect();
    try {
      let isMore = true;
      while (isMore && !stopped.signal.aborted) isMore = await sweepSome(client);
    } catch (error) {
      // The connection goes too, and with it the transaction.
      client.release(true);
      throw error;
    }
    client.release();
  };

  const keepSweeping = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await pause(everyMs, undefined, { ref: false, signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      await sweepAll().catch((error: unknown) => { logger.warn({ err: error }, 'sweeping the outbox failed; it is tried again'); });
    }
  };
  const sweeping = keepSweeping();

  return {
    async stop() {
      stopped.abort();
      await sweeping;
    },
  };
};
