import type { AnswerOf, groups, RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { GroupTables } from '../db';
import type { GroupDependencies } from '../dependencies';
import { changeMembers } from './change-members';

type Endpoint = typeof groups.joinGroup;

/** The group's last message, read under its lock: what was written before it was joined counts as read. */
const lastSeqOf = async (tables: GroupTables, groupId: string): Promise<bigint> => {
  const conversation = await tables.conversation.findUnique({ where: { id: groupId }, select: { lastSeq: true } });
  return conversation?.lastSeq ?? 0n;
};

/**
 * Joins a group; who is in it already stays as they are.
 * @throws Refusal GROUP_NOT_FOUND
 */
export const joinGroup = (dependencies: GroupDependencies) => async ({ caller, body: { groupId } }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { userId } = caller;
  await changeMembers(dependencies, groupId, async (tables) => {
    const joinedSeq = await lastSeqOf(tables, groupId);
    // The time is taken under the lock, so that members stand in the order in which they came in.
    const joined = await tables.groupMember.createMany({ data: { groupId, userId, joinedSeq, joinedAt: new Date() }, skipDuplicates: true });
    return joined.count > 0 ? [{ userId, state: 'member' }] : [];
  });
  return {};
};
