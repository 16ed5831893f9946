import { fields, type AnswerOf, type RequestOf, socialGraph } from '@chat-backend/contracts';
import { Prisma } from '@chat-backend/database';
import { createListPager, type CallOfUser } from '@chat-backend/service-kit';
import { z } from 'zod';
import type { SocialGraphConfig } from '../config';
import type { SocialGraphDatabase } from '../db';
import { asPerson, type UserColumns } from './person';

type Endpoint = typeof socialGraph.searchUsers;

const escapeWildcards = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** Lower case for every script: by ICU, as the database's own locale may know ASCII alone. */
const lower = (text: Prisma.Sql): Prisma.Sql => Prisma.sql`lower(${text} collate "und-x-icu") collate "C"`;
const lowerName = lower(Prisma.sql`users.user_name`);

/** Lower-casing may lengthen a name, but hardly: three letters for one is the most there is. */
const place = z.object({ name: fields.text(3 * fields.limits.nameLength), id: fields.id });
const pager = createListPager(socialGraph.searchUsers.name, place);

/** Whom the caller may find: not oneself, not who blocks or is blocked, and outside contract mode nobody unverified. */
const isFindableBy = (callerId: string, showUnverifiedUsers: boolean): Prisma.Sql => Prisma.sql`
  users.id <> ${callerId}::uuid
  and (users.is_verified or ${showUnverifiedUsers})
  and not exists (select from blocks where blocker_id = ${callerId}::uuid and blocked_id = users.id)
  and not exists (select from blocks where blocked_id = ${callerId}::uuid and blocker_id = users.id)`;

/**
 * Finds users by the beginning of their name, or by their whole address, which is never shown. In the order of names.
 * SQL, as each of the two ways has an index of its own, and a page by name reads no more of it than the page.
 */
export const searchUsers = (database: SocialGraphDatabase, { showUnverifiedUsers }: Pick<SocialGraphConfig, 'showUnverifiedUsers'>) =>
  async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    const { limit, after } = pager.read(body);
    const findable = isFindableBy(caller.userId, showUnverifiedUsers);
    const rest = (name: Prisma.Sql): Prisma.Sql => after === undefined ? Prisma.empty : Prisma.sql`and (${name}, users.id) > (${after.name}, ${after.id}::uuid)`;
    const nameOrNone = Prisma.sql`coalesce(${lowerName}, '')`;

    const rows = await database.tables.$queryRaw<(UserColumns & { name: string })[]>`
      with found as (
        (select users.id, ${lowerName} as name from users
          where ${lowerName} like ${lower(Prisma.sql`${escapeWildcards(body.query)}::text`)} || '%' and ${findable} ${rest(lowerName)}
          order by name, users.id limit ${limit + 1})
        union
        (select users.id, ${nameOrNone} as name from users
          where users.email = ${body.query.trim().toLowerCase()} and ${findable} ${rest(nameOrNone)})
      )
      select users.id, users.user_name, users.about, users.profile_image, found.name
      from found join users using (id) order by found.name, users.id limit ${limit + 1}`;

    const { page, paging } = pager.cut(rows, limit, ({ name, id }) => ({ name, id }));
    return { data: page.map(asPerson), ...paging };
  };
