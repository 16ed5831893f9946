import type { AnswerOf, groups, RequestOf } from '@chat-backend/contracts';
import { recordAudit, type AuditedCall } from '@chat-backend/database';
import { enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { GroupTables } from '../db';
import type { GroupDependencies } from '../dependencies';
import { policies } from '../policies';
import { changeMembers } from './change-members';
import type { Membership } from './log-memberships';
import { roleOf } from './role-of';

type Endpoint = typeof groups.leaveGroup;

/** The longest-standing member becomes the owner; a group without members closes. @returns whose membership that changed */
const replaceOwner = async (tables: GroupTables, groupId: string): Promise<Membership[]> => {
  const heir = await tables.groupMember.findFirst({ where: { groupId }, orderBy: [{ joinedAt: 'asc' }, { userId: 'asc' }], select: { userId: true } });
  if (heir === null) {
    await tables.group.update({ where: { id: groupId }, data: { ownerId: null, closedAt: new Date() }, select: { id: true } });
    return [];
  }
  await tables.groupMember.update({ where: { groupId_userId: { groupId, userId: heir.userId } }, data: { role: 'owner' }, select: { userId: true } });
  await tables.group.update({ where: { id: groupId }, data: { ownerId: heir.userId }, select: { id: true } });
  return [{ userId: heir.userId, state: 'owner' }];
};

/**
 * Takes a member out of a group. There is always one owner, so that the last to leave is the owner.
 * @throws Refusal GROUP_NOT_FOUND, NOT_A_MEMBER
 */
export const leave = (dependencies: GroupDependencies, origin: AuditedCall, groupId: string, userId: string): Promise<void> =>
  changeMembers(dependencies, groupId, async (tables) => {
    const role = await roleOf(tables, groupId, userId);
    enforce(policies['leave-group']({ isMember: role !== undefined }));
    await tables.groupMember.delete({ where: { groupId_userId: { groupId, userId } }, select: { userId: true } });
    const inherited = role === 'owner' ? await replaceOwner(tables, groupId) : [];
    await recordAudit(tables, origin, ...inherited.map((heir) => ({ action: 'group.owner-changed', userId, subjectId: heir.userId, objectId: groupId }) as const));
    return [{ userId, state: 'none' }, ...inherited];
  });

/** Leaves a group. @throws Refusal GROUP_NOT_FOUND, NOT_A_MEMBER */
export const leaveGroup = (dependencies: GroupDependencies) => async ({ caller, body: { groupId }, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  await leave(dependencies, origin, groupId, caller.userId);
  return {};
};
