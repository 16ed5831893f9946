import type { Person } from '@chat-backend/contracts';
import { Prisma } from '@chat-backend/database';
import { createListPager, timeAndId, type ListPaging } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';
import { asPerson, type UserColumns } from './person';

export interface ListOfPeople {
  /** The endpoint whose list it is. */
  list: string;
  /** Selects `user_id` and `at` for everybody on the caller's list, each user once. */
  people: (callerId: string) => Prisma.Sql;
}

/**
 * Lists people newest first, a page at a time. SQL, as a row comparison finds the place of a page in one go and the
 * users come along in the same round trip.
 */
export const listPeople = (database: SocialGraphDatabase, { list, people }: ListOfPeople) => {
  const pager = createListPager(list, timeAndId);
  return async (callerId: string, paging: ListPaging): Promise<{ data: Person[]; nextCursor?: string }> => {
    const { limit, after } = pager.read(paging);
    const rest = after === undefined ? Prisma.empty : Prisma.sql`where (listed.at, listed.user_id) < (${after.at}::timestamptz, ${after.id}::uuid)`;
    const rows = await database.tables.$queryRaw<(UserColumns & { at: Date })[]>`
      select users.id, users.user_name, users.about, users.profile_image, listed.at
      from (${people(callerId)}) listed join users on users.id = listed.user_id
      ${rest} order by listed.at desc, listed.user_id desc limit ${limit + 1}`;
    const { page, paging: next } = pager.cut(rows, limit, ({ at, id }) => ({ at, id }));
    return { data: page.map(asPerson), ...next };
  };
};
