import { groups, type AnswerOf, type RequestOf } from '@chat-backend/contracts';
import { Prisma } from '@chat-backend/database';
import { createListPager, enforce, timeAndId, type CallOfUser } from '@chat-backend/service-kit';
import type { GroupDatabase, GroupTables } from '../db';
import { policies } from '../policies';
import { roleOf } from './role-of';

type Endpoint = typeof groups.getGroupMembers;
type Member = AnswerOf<Endpoint>['data'][number];

const pager = createListPager(groups.getGroupMembers.name, timeAndId);

/** @throws Refusal GROUP_NOT_FOUND, NOT_A_MEMBER */
const checkIsMember = async (tables: GroupTables, groupId: string, userId: string): Promise<void> => {
  // A group that has a member is open.
  const isMember = await roleOf(tables, groupId, userId) !== undefined;
  const isOpen = isMember || await tables.group.findFirst({ where: { id: groupId, closedAt: null }, select: { id: true } }) !== null;
  enforce(policies['get-group-members']({ isOpen, isMember }));
};

/**
 * The members of a group of mine, in the order of joining. SQL, as a row comparison finds the place of a page in the
 * index in one go, and the users come along in the same round trip.
 * @throws Refusal GROUP_NOT_FOUND, NOT_A_MEMBER
 */
export const getGroupMembers = (database: GroupDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { limit, after } = pager.read(body);
  await checkIsMember(database.tables, body.groupId, caller.userId);
  const rest = after === undefined ? Prisma.empty : Prisma.sql`and (members.joined_at, members.user_id) > (${after.at}::timestamptz, ${after.id}::uuid)`;
  const rows = await database.tables.$queryRaw<(Member & { joined_at: Date })[]>`
    select users.id, users.user_name, users.about, users.profile_image, members.role::text, members.joined_at
    from group_members members join users on users.id = members.user_id
    where members.group_id = ${body.groupId}::uuid ${rest}
    order by members.joined_at, members.user_id limit ${limit + 1}`;
  const { page, paging } = pager.cut(rows, limit, ({ joined_at, id }) => ({ at: joined_at, id }));
  return { data: page.map(({ id, user_name, about, profile_image, role }) => ({ id, user_name, about, profile_image, role })), ...paging };
};
