import { fields } from '@chat-backend/contracts';
import type { Prisma } from '@chat-backend/database';
import type { AuthDatabase } from '../db';

export interface UserFilter {
  /** A part of the address or of the name, or a whole id. */
  search?: string | undefined;
  only?: 'disabled' | 'unverified' | undefined;
  limit: number;
  /** The last id of the page before. */
  afterId?: string | undefined;
}

const shown = { id: true, email: true, userName: true, isVerified: true, isTwoFactorEnabled: true, disabledAt: true, createdAt: true } as const satisfies Prisma.UserSelect;
export type ListedUser = Prisma.UserGetPayload<{ select: typeof shown }>;

const matching = (search: string): Prisma.UserWhereInput => {
  const id = fields.id.safeParse(search);
  if (id.success) return { id: id.data };
  const contains = { contains: search, mode: 'insensitive' } as const;
  return { OR: [{ email: contains }, { userName: contains }] };
};

/** A page of users, the newest first: ids rise with time. `nextId` continues it. A search reads the whole table. */
export const listUsers = ({ tables }: AuthDatabase) => async ({ search, only, limit, afterId }: UserFilter): Promise<{ users: ListedUser[]; nextId: string | undefined }> => {
  const found = await tables.user.findMany({
    where: {
      ...(search === undefined ? {} : matching(search)),
      ...(only === 'disabled' ? { disabledAt: { not: null } } : only === 'unverified' ? { isVerified: false } : {}),
      ...(afterId === undefined ? {} : { AND: { id: { lt: afterId } } }),
    },
    select: shown, orderBy: { id: 'desc' }, take: limit + 1,
  });
  const users = found.slice(0, limit);
  return { users, nextId: found.length > limit ? users.at(-1)?.id : undefined };
};
