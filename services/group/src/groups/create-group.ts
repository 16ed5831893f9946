import type { AnswerOf, groups, RequestOf } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { GroupDatabase } from '../db';
import { asGroup, groupColumns } from './group-reply';

type Endpoint = typeof groups.createGroup;

/** Creates a group whose creator is its owner and first member: Prisma writes the two rows in one transaction. */
export const createGroup = (database: GroupDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const created = await database.tables.group.create({
    data: {
      id: newId(),
      name: body.groupName,
      about: body.about ?? null,
      profileImage: body.profileImage ?? null,
      ownerId: caller.userId,
      members: { create: { userId: caller.userId, role: 'owner' } },
    },
    select: groupColumns,
  });
  return { data: asGroup(created) };
};
