import type { GroupMembershipState, InternalCalls } from '@chat-backend/contracts';
import type { MessagingDatabase } from '../db';

type GroupsOfUsers = InternalCalls['groups-of-users'];

interface Row { userId: string; groupId: string; membershipVersion: string; lastSeq: string }

/** Asked for every connection: prepared once, and run without Prisma, it costs a fraction. */
const statement = {
  name: 'groups-of-users',
  text: `select m.user_id as "userId", m.group_id as "groupId", g.membership_version as "membershipVersion", coalesce(c.last_seq, 0) as "lastSeq"
    from group_members m join groups g on g.id = m.group_id left join conversations c on c.id = m.group_id
    where m.user_id = any ($1::uuid[]) and g.closed_at is null order by m.user_id, m.group_id`,
};

/** The open groups of many users, in one query. The reply is in the order of the request. */
export const groupsOfUsers = ({ hot }: Pick<MessagingDatabase, 'hot'>) => async ({ userIds }: GroupsOfUsers['request']): Promise<GroupsOfUsers['reply']> => {
  const { rows } = await hot.query<Row>({ ...statement, values: [userIds] });
  const groupsByUser = new Map<string, GroupMembershipState[]>();
  for (const { userId, groupId, membershipVersion, lastSeq } of rows) {
    const groups = groupsByUser.get(userId) ?? [];
    groups.push({ groupId, membershipVersion: Number(membershipVersion), lastSeq: Number(lastSeq) });
    groupsByUser.set(userId, groups);
  }
  return { groups: userIds.map((userId) => groupsByUser.get(userId) ?? []) };
};
