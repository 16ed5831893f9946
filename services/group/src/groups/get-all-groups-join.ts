import { fields, groups, type AnswerOf, type RequestOf } from '@chat-backend/contracts';
import { createListPager, type CallOfUser } from '@chat-backend/service-kit';
import { z } from 'zod';
import type { GroupDatabase } from '../db';
import { asGroup, groupColumns } from './group-reply';

type Endpoint = typeof groups.getAllGroupsJoin;

const pager = createListPager(groups.getAllGroupsJoin.name, z.object({ id: fields.id }));

/** The open groups that I am not in, newest first: ids rise with the time of creation. */
export const getAllGroupsJoin = (database: GroupDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { limit, after } = pager.read(body);
  const open = await database.tables.group.findMany({
    where: { closedAt: null, members: { none: { userId: caller.userId } }, ...(after === undefined ? {} : { id: { lt: after.id } }) },
    orderBy: { id: 'desc' },
    take: limit + 1,
    select: groupColumns,
  });
  const { page, paging } = pager.cut(open, limit, ({ id }) => ({ id }));
  return { data: page.map(asGroup), ...paging };
};
