import type { GroupDatabase } from '../db';

export interface RolesOfUser {
  /** The newest of them. */
  owns: { id: string; name: string }[];
  groupsOwned: number;
  groupsJoined: number;
}

const namedAtMost = 20;

/** What a user is in groups. */
export const rolesOfUser = ({ tables }: GroupDatabase) => async (userId: string): Promise<RolesOfUser> => {
  const [owns, groupsOwned, all] = await Promise.all([
    tables.groupMember.findMany({
      where: { userId, role: 'owner' }, select: { group: { select: { id: true, name: true } } }, orderBy: { joinedAt: 'desc' }, take: namedAtMost,
    }),
    tables.groupMember.count({ where: { userId, role: 'owner' } }),
    tables.groupMember.count({ where: { userId } }),
  ]);
  return { owns: owns.map(({ group }) => group), groupsOwned, groupsJoined: all - groupsOwned };
};
