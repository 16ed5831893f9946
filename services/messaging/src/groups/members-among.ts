import type { InternalCalls } from '@chat-backend/contracts';
import type { MessagingDatabase } from '../db';

type MembersAmong = InternalCalls['members-among'];

interface Row { membershipVersion: bigint; memberIds: string[] }

/** Members and version are of one moment: one statement reads both. A group that is closed or was never there has version 0 and nobody. */
export const membersAmong = ({ tables }: MessagingDatabase) => async ({ groupId, userIds }: MembersAmong['request']): Promise<MembersAmong['reply']> => {
  const [group] = await tables.$queryRaw<Row[]>`
    select g.membership_version as "membershipVersion",
      array(select m.user_id::text from group_members m where m.group_id = g.id and m.user_id = any (${userIds}::uuid[])) as "memberIds"
    from groups g where g.id = ${groupId}::uuid and g.closed_at is null`;
  if (group === undefined) return { membershipVersion: 0, memberIds: [] };
  return { membershipVersion: Number(group.membershipVersion), memberIds: group.memberIds };
};
