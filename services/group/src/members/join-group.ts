import type { AnswerOf, groups, RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { GroupDatabase } from '../db';
import { changeMembers } from './change-members';

type Endpoint = typeof groups.joinGroup;

/**
 * Joins a group; who is in it already stays as they are.
 * @throws Refusal GROUP_NOT_FOUND
 */
export const joinGroup = (database: GroupDatabase) => async ({ caller, body: { groupId } }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  await changeMembers(database, groupId, async (tables) => {
    // The time is taken under the lock, so that members stand in the order in which they came in.
    const joined = await tables.groupMember.createMany({ data: { groupId, userId: caller.userId, joinedAt: new Date() }, skipDuplicates: true });
    return joined.count > 0;
  });
  return {};
};
