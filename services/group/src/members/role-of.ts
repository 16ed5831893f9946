import type { GroupTables } from '../db';

/** The user's role in the group; undefined for who is no member. */
export const roleOf = async (tables: GroupTables, groupId: string, userId: string): Promise<'owner' | 'member' | undefined> => {
  const membership = await tables.groupMember.findUnique({ where: { groupId_userId: { groupId, userId } }, select: { role: true } });
  return membership?.role;
};
