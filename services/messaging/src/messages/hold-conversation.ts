import type { ClientBase } from 'pg';

const statement = { name: 'hold-conversation', text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))' };

/** Holds the conversation until the transaction ends, by the lock that sending takes: libs/database/src/lock-conversation.ts, without Prisma. */
export const holdConversation = async (client: ClientBase, conversationId: string): Promise<void> => {
  await client.query({ ...statement, values: [conversationId] });
};
