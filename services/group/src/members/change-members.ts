import { lockConversation } from '@chat-backend/database';
import { announceUserEvents, Refusal } from '@chat-backend/service-kit';
import type { GroupTables } from '../db';
import type { GroupDependencies } from '../dependencies';
import { asGroup, groupColumns } from '../groups/group-reply';
import { logMemberships, type Membership } from './log-memberships';

/**
 * Changes who is in a group, in one transaction that first takes the lock which sending to the group takes: members come
 * and go one after the other, and what is sent after a change was answered is judged by it. A change raises the
 * membership version, by which realtime processes notice that theirs is old, and is told to those whose membership it changed.
 * @param change says whose membership it changed; nobody's: nothing happened
 * @throws Refusal GROUP_NOT_FOUND when there is no such group or its last member has left
 */
export const changeMembers = async (dependencies: GroupDependencies, groupId: string, change: (tables: GroupTables) => Promise<Membership[]>): Promise<void> => {
  const logged = await dependencies.database.transaction(async (tables) => {
    await lockConversation(tables, groupId);
    const group = await tables.group.findUnique({ where: { id: groupId }, select: { ...groupColumns, closedAt: true } });
    if (group?.closedAt !== null) throw new Refusal('GROUP_NOT_FOUND');
    const changed = await change(tables);
    if (changed.length === 0) return [];
    await tables.group.update({ where: { id: groupId }, data: { membershipVersion: { increment: 1 } }, select: { id: true } });
    return logMemberships(tables, asGroup(group), changed);
  });
  announceUserEvents(dependencies, logged);
};
