import type { AnswerOf, groups, RequestOf } from '@chat-backend/contracts';
import { enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { GroupTables } from '../db';
import type { GroupDependencies } from '../dependencies';
import { policies } from '../policies';
import { changeMembers } from './change-members';
import { countGroups } from './count-groups';
import { roleOf } from './role-of';

type Endpoint = typeof groups.joinGroup;

/** The group's last message, read under its lock: what was written before it was joined counts as read. */
const lastSeqOf = async (tables: GroupTables, groupId: string): Promise<bigint> => {
  const conversation = await tables.conversation.findUnique({ where: { id: groupId }, select: { lastSeq: true } });
  return conversation?.lastSeq ?? 0n;
};

/**
 * Joins a group; who is in it already stays as they are.
 * @throws Refusal GROUP_NOT_FOUND, TOO_MANY_GROUPS
 */
export const joinGroup = (dependencies: GroupDependencies) => async ({ caller, body: { groupId } }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { userId } = caller;
  await changeMembers(dependencies, groupId, async (tables) => {
    if (await roleOf(tables, groupId, userId) !== undefined) return [];
    enforce(policies['join-group']({ groups: await countGroups(tables, userId) }));
    const joinedSeq = await lastSeqOf(tables, groupId);
    // The time is taken under the lock, so that members stand in the order in which they came in.
    await tables.groupMember.create({ data: { groupId, userId, joinedSeq, joinedAt: new Date() }, select: { userId: true } });
    return [{ userId, state: 'member' }];
  });
  return {};
};
