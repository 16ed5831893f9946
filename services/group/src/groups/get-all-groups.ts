import { groups, type AnswerOf, type RequestOf } from '@chat-backend/contracts';
import { createListPager, timeAndId, type CallOfUser } from '@chat-backend/service-kit';
import type { GroupDatabase } from '../db';
import { asGroup, groupColumns } from './group-reply';

type Endpoint = typeof groups.getAllGroups;

const pager = createListPager(groups.getAllGroups.name, timeAndId);

/** The groups of which I am a member, the one that I joined last first. */
export const getAllGroups = (database: GroupDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { limit, after } = pager.read(body);
  const rest = after === undefined ? {} : { OR: [{ joinedAt: { lt: after.at } }, { joinedAt: after.at, groupId: { lt: after.id } }] };
  const memberships = await database.tables.groupMember.findMany({
    where: { userId: caller.userId, ...rest },
    orderBy: [{ joinedAt: 'desc' }, { groupId: 'desc' }],
    take: limit + 1,
    select: { joinedAt: true, groupId: true, group: { select: groupColumns } },
  });
  const { page, paging } = pager.cut(memberships, limit, ({ joinedAt, groupId }) => ({ at: joinedAt, id: groupId }));
  return { data: page.map(({ group }) => asGroup(group)), ...paging };
};
