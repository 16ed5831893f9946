import type { PrismaClient } from './generated/client';

/**
 * Holds the conversation until the transaction ends. Sending takes the same lock (`send_batch` in prisma/migrations), and so must
 * whatever takes away the right to send: after its commit nothing that was sent later can have been allowed.
 */
export const lockConversation = async (transaction: Pick<PrismaClient, '$executeRaw'>, conversationId: string): Promise<void> => {
  await transaction.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${conversationId}, 0))`;
};
