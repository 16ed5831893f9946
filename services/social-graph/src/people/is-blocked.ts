import type { SocialGraphTables } from '../db';

/** Whether either of the two blocks the other. */
export const isBlocked = async (tables: SocialGraphTables, one: string, other: string): Promise<boolean> => {
  const block = await tables.block.findFirst({
    where: { OR: [{ blockerId: one, blockedId: other }, { blockerId: other, blockedId: one }] },
    select: { blockerId: true },
  });
  return block !== null;
};
