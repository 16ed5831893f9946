import { personalData, type AnswerOf, type FriendsRecord, type RequestOf } from '@chat-backend/contracts';
import { Prisma, recordAudit } from '@chat-backend/database';
import { createExport, idAfter, type CallOfUser, type ExportSection } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';
import { nobody } from '../friends/log-friendship';
import { asPerson, type UserColumns } from '../people/person';

type Endpoint = typeof personalData.exportFriends;

type Row = Omit<UserColumns, 'id'> & { id: string | null; user_id: string; at: Date; updated_at: Date; status: string };

/** @param select selects `user_id`, `at`, `updated_at` and `status` of everybody in the section */
const section = ({ tables }: SocialGraphDatabase, kind: FriendsRecord['kind'], select: (userId: string) => Prisma.Sql): ExportSection<FriendsRecord> =>
  async (userId, after, limit) => {
    const rows = await tables.$queryRaw<Row[]>`
      select listed.user_id, listed.at, listed.updated_at, listed.status, users.id, users.user_name, users.about, users.profile_image
      from (${select(userId)}) listed left join users on users.id = listed.user_id
      where listed.user_id > ${idAfter(after)}::uuid order by listed.user_id limit ${limit}`;
    return rows.map(({ user_id, at, updated_at, status, id, ...columns }) => {
      const shared = { user: id === null ? nobody(user_id) : asPerson({ id, ...columns }), createdAt: at.toISOString() };
      const isRequest = kind === 'requestSent' || kind === 'requestReceived';
      return { place: { id: user_id }, record: isRequest ? { kind, ...shared, updatedAt: updated_at.toISOString(), status } : { kind, ...shared } };
    });
  };

const friends = (userId: string): Prisma.Sql => Prisma.sql`
  select high_user_id as user_id, created_at as at, created_at as updated_at, '' as status from friendships where low_user_id = ${userId}::uuid
  union all
  select low_user_id, created_at, created_at, '' from friendships where high_user_id = ${userId}::uuid`;
const requestsSent = (userId: string): Prisma.Sql => Prisma.sql`
  select to_user_id as user_id, created_at as at, updated_at, status::text as status from friend_requests where from_user_id = ${userId}::uuid`;
const requestsReceived = (userId: string): Prisma.Sql => Prisma.sql`
  select from_user_id as user_id, created_at as at, updated_at, status::text as status from friend_requests where to_user_id = ${userId}::uuid`;
/** Whom I block. Who blocks me is told to nobody. */
const blocked = (userId: string): Prisma.Sql => Prisma.sql`
  select blocked_id as user_id, created_at as at, created_at as updated_at, '' as status from blocks where blocker_id = ${userId}::uuid`;

/** What this service keeps of me. Of the others: what anybody whom they know may see. @throws Refusal INVALID_REQUEST */
export const exportFriends = (database: SocialGraphDatabase) => {
  const exportPage = createExport(personalData.exportFriends.name, [
    section(database, 'friend', friends), section(database, 'requestSent', requestsSent), section(database, 'requestReceived', requestsReceived),
    section(database, 'blocked', blocked),
  ]);
  return async ({ caller, body, ...origin }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    if (body.cursor === undefined) await recordAudit(database.tables, origin, { action: 'account.exported', userId: caller.userId });
    return exportPage(caller.userId, body.cursor);
  };
};
