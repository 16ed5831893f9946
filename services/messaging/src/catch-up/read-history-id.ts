import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';

const statement = { name: 'history-of-database', rowMode: 'array' as const, text: 'select history_of_database()' };

/**
 * Which history the numbers of conversations and logs belong to: another one, when the database went back to an earlier moment, in which the same numbers may
 * be given to other messages (docs/adr/0027).
 * @param epoch what the operator says of it, where Postgres cannot know: after a copy of its disk was put back
 */
export const readHistoryId = async (client: ClientBase, epoch: string): Promise<string> => {
  const { rows: [row] } = await client.query<[string]>(statement);
  return createHash('sha256').update(JSON.stringify([row?.[0], epoch])).digest('base64url').slice(0, 16);
};
