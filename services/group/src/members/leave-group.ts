import type { AnswerOf, groups, RequestOf } from '@chat-backend/contracts';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import type { GroupDatabase, GroupTables } from '../db';
import { changeMembers } from './change-members';
import { roleOf } from './role-of';

type Endpoint = typeof groups.leaveGroup;

/** The longest-standing member becomes the owner; a group without members closes. */
const replaceOwner = async (tables: GroupTables, groupId: string): Promise<void> => {
  const heir = await tables.groupMember.findFirst({ where: { groupId }, orderBy: [{ joinedAt: 'asc' }, { userId: 'asc' }], select: { userId: true } });
  if (heir === null) {
    await tables.group.update({ where: { id: groupId }, data: { ownerId: null, closedAt: new Date() }, select: { id: true } });
    return;
  }
  await tables.groupMember.update({ where: { groupId_userId: { groupId, userId: heir.userId } }, data: { role: 'owner' }, select: { userId: true } });
  await tables.group.update({ where: { id: groupId }, data: { ownerId: heir.userId }, select: { id: true } });
};

/**
 * Leaves a group. There is always one owner, so that the last to leave is the owner.
 * @throws Refusal GROUP_NOT_FOUND, NOT_A_MEMBER
 */
export const leaveGroup = (database: GroupDatabase) => async ({ caller, body: { groupId } }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { userId } = caller;
  await changeMembers(database, groupId, async (tables) => {
    const role = await roleOf(tables, groupId, userId);
    if (role === undefined) throw new Refusal('NOT_A_MEMBER');
    await tables.groupMember.delete({ where: { groupId_userId: { groupId, userId } }, select: { userId: true } });
    if (role === 'owner') await replaceOwner(tables, groupId);
    return true;
  });
  return {};
};
