import { lockConversation } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import type { GroupDatabase, GroupTables } from '../db';

/**
 * Changes who is in a group, in one transaction that first takes the lock which sending to the group takes: members come
 * and go one after the other, and what is sent after a change was answered is judged by it. A change raises the
 * membership version, by which realtime processes notice that theirs is old.
 * @param change says whether it changed anything
 * @throws Refusal GROUP_NOT_FOUND when there is no such group or its last member has left
 */
export const changeMembers = (database: GroupDatabase, groupId: string, change: (tables: GroupTables) => Promise<boolean>): Promise<void> =>
  database.transaction(async (tables) => {
    await lockConversation(tables, groupId);
    const group = await tables.group.findUnique({ where: { id: groupId }, select: { closedAt: true } });
    if (group?.closedAt !== null) throw new Refusal('GROUP_NOT_FOUND');
    if (!await change(tables)) return;
    await tables.group.update({ where: { id: groupId }, data: { membershipVersion: { increment: 1 } }, select: { id: true } });
  });
