import type { HotPool } from '@chat-backend/database';
import type { PoolClient } from 'pg';

/**
 * Runs the steps on one connection, in one transaction; an error in any of them undoes all.
 * @param begin the statement that begins it, and so says what kind it is
 */
export const runInTransaction = async <Result>(pool: HotPool, begin: string, steps: (client: PoolClient) => Promise<Result>): Promise<Result> => {
  const client = await pool.connect();
  try {
    await client.query(begin);
    const result = await steps(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back goes, and with it the transaction.
    const isBroken = await client.query('rollback').then(() => false, () => true);
    client.release(isBroken);
    throw error;
  }
};
