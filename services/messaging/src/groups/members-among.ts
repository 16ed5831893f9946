import type { InternalCalls } from '@chat-backend/contracts';
import { Prisma } from '@chat-backend/database';
import type { MessagingDatabase } from '../db';

type MembersAmong = InternalCalls['members-among'];

interface Row { membershipVersion: bigint; memberIds: string[] }

/** Members and version are of one moment: one statement reads both. A group that is closed or was never there has version 0 and nobody. */
const read = async ({ tables }: MessagingDatabase, groupId: string, which: Prisma.Sql): Promise<Omit<MembersAmong['reply'], 'areAll'>> => {
  const [group] = await tables.$queryRaw<Row[]>`
    select g.membership_version as "membershipVersion", array(select m.user_id::text from group_members m where m.group_id = g.id ${which}) as "memberIds"
    from groups g where g.id = ${groupId}::uuid and g.closed_at is null`;
  if (group === undefined) return { membershipVersion: 0, memberIds: [] };
  return { membershipVersion: Number(group.membershipVersion), memberIds: group.memberIds };
};

export const membersAmong = (database: MessagingDatabase) => async ({ groupId, userIds, allUpTo = 0 }: MembersAmong['request']): Promise<MembersAmong['reply']> => {
  if (allUpTo > 0) {
    const found = await read(database, groupId, Prisma.sql`limit ${allUpTo + 1}`);
    if (found.memberIds.length <= allUpTo) return { ...found, areAll: true };
  }
  return read(database, groupId, Prisma.sql`and m.user_id = any (${userIds}::uuid[])`);
};
