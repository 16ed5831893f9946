import type { DeletedAccount } from '@chat-backend/database';
import { Refusal } from '@chat-backend/service-kit';
import type { GroupDependencies } from '../dependencies';
import { leave } from '../members/leave-group';

const groupsAtOnce = 100;
/** Another process does the same at the same moment, or the last member has left. */
const isOver = (error: unknown): boolean => error instanceof Refusal && (error.code === 'NOT_A_MEMBER' || error.code === 'GROUP_NOT_FOUND');

/** Takes a deleted user out of every group, as leaving does: a group passes to its longest-standing member, or closes. A transaction for each. */
export const leaveAllGroups = (dependencies: GroupDependencies) => async ({ userId }: DeletedAccount, signal: AbortSignal): Promise<void> => {
  const { groupMember } = dependencies.database.tables;
  for (let after: string | undefined; !signal.aborted;) {
    const memberships = await groupMember.findMany({
      where: { userId, ...(after === undefined ? {} : { groupId: { gt: after } }) }, orderBy: { groupId: 'asc' }, take: groupsAtOnce, select: { groupId: true },
    });
    for (const { groupId } of memberships) {
      if (signal.aborted) return;
      await leave(dependencies, {}, groupId, userId).catch((error: unknown) => { if (!isOver(error)) throw error; });
    }
    if (memberships.length < groupsAtOnce) return;
    after = memberships.at(-1)?.groupId;
  }
};
