import type { GroupMembershipState, InternalCalls } from '@chat-backend/contracts';
import type { MessagingDatabase } from '../db';

type GroupsOfUsers = InternalCalls['groups-of-users'];

interface Row { userId: string; groupId: string; membershipVersion: bigint; lastSeq: bigint }

/** The open groups of many users, in one query. The reply is in the order of the request. */
export const groupsOfUsers = ({ tables }: MessagingDatabase) => async ({ userIds }: GroupsOfUsers['request']): Promise<GroupsOfUsers['reply']> => {
  const rows = await tables.$queryRaw<Row[]>`
    select m.user_id as "userId", m.group_id as "groupId", g.membership_version as "membershipVersion", coalesce(c.last_seq, 0) as "lastSeq"
    from group_members m join groups g on g.id = m.group_id left join conversations c on c.id = m.group_id
    where m.user_id = any (${userIds}::uuid[]) and g.closed_at is null order by m.user_id, m.group_id`;
  const groupsByUser = new Map<string, GroupMembershipState[]>();
  for (const { userId, groupId, membershipVersion, lastSeq } of rows) {
    const groups = groupsByUser.get(userId) ?? [];
    groups.push({ groupId, membershipVersion: Number(membershipVersion), lastSeq: Number(lastSeq) });
    groupsByUser.set(userId, groups);
  }
  return { groups: userIds.map((userId) => groupsByUser.get(userId) ?? []) };
};
