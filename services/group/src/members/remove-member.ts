import type { AnswerOf, groups, RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { enforce, Refusal, type CallOfUser } from '@chat-backend/service-kit';
import type { GroupDependencies } from '../dependencies';
import { policies } from '../policies';
import { changeMembers } from './change-members';
import { roleOf } from './role-of';

type Endpoint = typeof groups.removeMember;

/**
 * Removes another member from a group of mine.
 * @throws Refusal INVALID_REQUEST (oneself), GROUP_NOT_FOUND, NOT_A_MEMBER, NOT_THE_OWNER, MEMBER_NOT_FOUND
 */
export const removeMember = (dependencies: GroupDependencies) => async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { groupId, userId } = body;
  if (userId === caller.userId) throw new Refusal('INVALID_REQUEST', { errors: [{ field: 'userId', message: 'must be another member; use leave-group to leave' }] });
  await changeMembers(dependencies, groupId, async (tables) => {
    const role = await roleOf(tables, groupId, caller.userId);
    const isOtherMember = await roleOf(tables, groupId, userId) !== undefined;
    enforce(policies['remove-member']({ isMember: role !== undefined, isOwner: role === 'owner', isOtherMember }));
    await tables.groupMember.delete({ where: { groupId_userId: { groupId, userId } }, select: { userId: true } });
    await recordAudit(tables, origin, { action: 'group.member-removed', userId: caller.userId, subjectId: userId, objectId: groupId });
    return [{ userId, state: 'none' }];
  });
  return {};
};
