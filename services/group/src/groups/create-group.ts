import type { AnswerOf, Group, groups, RequestOf } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { GroupTables } from '../db';
import type { GroupDependencies } from '../dependencies';
import { countGroups } from '../members/count-groups';
import { logMemberships } from '../members/log-memberships';
import { policies } from '../policies';
import { asGroup, groupColumns } from './group-reply';

type Endpoint = typeof groups.createGroup;

const create = async (tables: GroupTables, ownerId: string, { groupName, about, profileImage }: RequestOf<Endpoint>): Promise<Group> => {
  const created = await tables.group.create({
    data: {
      id: newId(),
      name: groupName,
      about: about ?? null,
      profileImage: profileImage ?? null,
      ownerId,
      members: { create: { userId: ownerId, role: 'owner' } },
    },
    select: groupColumns,
  });
  return asGroup(created);
};

/** Creates a group whose creator is its owner and first member. @throws Refusal TOO_MANY_GROUPS */
export const createGroup = (dependencies: GroupDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { group, logged } = await dependencies.database.transaction(async (tables) => {
    enforce(policies['create-group']({ groups: await countGroups(tables, caller.userId) }));
    const group = await create(tables, caller.userId, body);
    return { group, logged: await logMemberships(tables, group, [{ userId: caller.userId, state: 'owner' }]) };
  });
  announceUserEvents(dependencies, logged);
  return { data: group };
};
