import { queueSchema } from '@chat-backend/database';
import { runMigrations } from 'bullmq';
import pg from 'pg';

/**
 * Brings BullMQ's tables up to date in their schema; several processes may do so at once. In a database that is ours the schema is there and
 * belongs to this role, which may not create others. BullMQ asks for the schema all the same, and Postgres refuses even `if not exists`
 * to who may not create: so we ask only if it is missing, and keep BullMQ's question back.
 */
export const migrateQueueSchema = async (databaseUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'chat-backend mail queue', connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [queueSchema]);
    if (rowCount === 0) await client.query(`create schema if not exists ${queueSchema}`);
    await runMigrations({
      query: async <Row>(text: string, values: readonly unknown[] = []) => {
        if (text.startsWith('CREATE SCHEMA')) return { rows: [] };
        // Without values it goes out as a simple query: a migration is many statements.
        const { rows } = await client.query(text, values.length === 0 ? undefined : [...values]);
        return { rows: rows as Row[] };
      },
    }, queueSchema);
  } finally {
    await client.end();
  }
};
