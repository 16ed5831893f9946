import { personalData, type AnswerOf, type GroupsRecord, type RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { createExport, idAfter, type CallOfUser, type ExportSection } from '@chat-backend/service-kit';
import type { GroupDatabase } from '../db';
import { asGroup, groupColumns } from '../groups/group-reply';

type Endpoint = typeof personalData.exportGroups;

const memberships = ({ tables }: GroupDatabase): ExportSection<GroupsRecord> => async (userId, after, limit) => {
  const rows = await tables.groupMember.findMany({
    where: { userId, groupId: { gt: idAfter(after) } }, orderBy: { groupId: 'asc' }, take: limit,
    select: { groupId: true, role: true, joinedAt: true, group: { select: groupColumns } },
  });
  return rows.map(({ groupId, role, joinedAt, group }) => ({
    place: { id: groupId }, record: { kind: 'membership', group: asGroup(group), role, joinedAt: joinedAt.toISOString() },
  }));
};

/** What this service keeps of me: other members are no record of mine. @throws Refusal INVALID_REQUEST */
export const exportGroups = (database: GroupDatabase) => {
  const exportPage = createExport(personalData.exportGroups.name, [memberships(database)]);
  return async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    if (body.cursor === undefined) await recordAudit(database.tables, origin, { action: 'account.exported', userId: caller.userId });
    return exportPage(caller.userId, body.cursor);
  };
};
