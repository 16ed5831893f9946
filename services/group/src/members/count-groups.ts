import type { GroupTables } from '../db';

/** In how many groups a user is. */
export const countGroups = (tables: GroupTables, userId: string): Promise<number> => tables.groupMember.count({ where: { userId } });
