import type { AnswerOf, groups, RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import type { GroupTables } from '../db';
import type { GroupDependencies } from '../dependencies';
import { changeMembers } from './change-members';
import { roleOf } from './role-of';

type Endpoint = typeof groups.removeMember;

/** @throws Refusal NOT_A_MEMBER, NOT_THE_OWNER */
const checkIsOwner = async (tables: GroupTables, groupId: string, userId: string): Promise<void> => {
  const role = await roleOf(tables, groupId, userId);
  if (role === undefined) throw new Refusal('NOT_A_MEMBER');
  if (role !== 'owner') throw new Refusal('NOT_THE_OWNER');
};

/**
 * Removes another member from a group of mine.
 * @throws Refusal INVALID_REQUEST (oneself), GROUP_NOT_FOUND, NOT_A_MEMBER, NOT_THE_OWNER, MEMBER_NOT_FOUND
 */
export const removeMember = (dependencies: GroupDependencies) => async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { groupId, userId } = body;
  if (userId === caller.userId) throw new Refusal('INVALID_REQUEST', { errors: [{ field: 'userId', message: 'must be another member; use leave-group to leave' }] });
  await changeMembers(dependencies, groupId, async (tables) => {
    await checkIsOwner(tables, groupId, caller.userId);
    const removed = await tables.groupMember.deleteMany({ where: { groupId, userId } });
    if (removed.count === 0) throw new Refusal('MEMBER_NOT_FOUND');
    await recordAudit(tables, origin, { action: 'group.member-removed', userId: caller.userId, subjectId: userId, objectId: groupId });
    return [{ userId, state: 'none' }];
  });
  return {};
};
