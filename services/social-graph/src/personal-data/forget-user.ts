import { appendUserLog, type DeletedAccount, type LoggedEvent } from '@chat-backend/database';
import { announceUserEvents, Refusal } from '@chat-backend/service-kit';
import type { SocialGraphTables } from '../db';
import type { FriendshipDependencies } from '../dependencies';
import { nobody } from '../friends/log-friendship';
import { endFriendship } from '../friends/remove-friend';

const atOnce = 100;
/** Another process does the same at the same moment, or the friend did so before. */
const isOver = (error: unknown): boolean => error instanceof Refusal && error.code === 'FRIEND_NOT_FOUND';

const someFriends = async (tables: SocialGraphTables, userId: string): Promise<string[]> => {
  const friendships = await tables.friendship.findMany({ where: { OR: [{ lowUserId: userId }, { highUserId: userId }] }, take: atOnce });
  return friendships.map(({ lowUserId, highUserId }) => (lowUserId === userId ? highUserId : lowUserId));
};

const endFriendships = async (dependencies: FriendshipDependencies, userId: string, signal: AbortSignal): Promise<void> => {
  for (let friends = await someFriends(dependencies.database.tables, userId); friends.length > 0; friends = await someFriends(dependencies.database.tables, userId)) {
    for (const friendId of friends) {
      if (signal.aborted) return;
      await endFriendship(dependencies, userId, friendId).catch((error: unknown) => { if (!isOver(error)) throw error; });
    }
  }
};

/** What is found is a page: no transaction grows with what a user left. */
const untilNoneIsLeft = async <Row>(find: () => Promise<Row[]>, remove: (page: Row[]) => Promise<unknown>, signal: AbortSignal): Promise<void> => {
  for (let page = await find(); page.length > 0 && !signal.aborted; page = await find()) await remove(page);
};

const endRequests = ({ friendRequest }: SocialGraphTables, userId: string, signal: AbortSignal): Promise<void> => untilNoneIsLeft(
  () => friendRequest.findMany({ where: { OR: [{ fromUserId: userId }, { toUserId: userId }] }, select: { fromUserId: true, toUserId: true }, take: atOnce }),
  (requests) => friendRequest.deleteMany({ where: { OR: requests } }), signal,
);

const endBlocks = ({ block }: SocialGraphTables, userId: string, signal: AbortSignal): Promise<void> => untilNoneIsLeft(
  () => block.findMany({ where: { OR: [{ blockerId: userId }, { blockedId: userId }] }, select: { blockerId: true, blockedId: true }, take: atOnce }),
  (blocks) => block.deleteMany({ where: { OR: blocks } }), signal,
);

/** Users in whose logs the deleted one still is a person, with a name: former friends, too. Along the index of such entries. */
const whoRemember = async (tables: SocialGraphTables, userId: string): Promise<string[]> => {
  const rows = await tables.$queryRaw<{ userId: string }[]>`
    select user_id as "userId" from user_log_entries
    where kind = 'friendship' and subject = ${`friendship:${userId}`} and user_id <> ${userId}::uuid
      and (payload->>'state' <> 'none' or payload->'user'->>'user_name' is not null or payload->'user'->>'about' is not null or payload->'user'->>'profile_image' is not null)
    order by user_id limit ${atOnce}`;
  return rows.map((row) => row.userId);
};

/** Their devices learn of it as of every change, and the event takes the place of the one with the name. */
const tellThatNobodyIsThere = async ({ database }: FriendshipDependencies, userId: string): Promise<LoggedEvent[]> =>
  database.transaction(async (tables) => {
    const others = await whoRemember(tables, userId);
    return appendUserLog(tables, others.map((other) => ({ userId: other, event: { kind: 'friendship', state: 'none', user: nobody(userId) } })));
  });

/**
 * Takes back a deleted user's requests, ends every friendship, as unfriending does, deletes blocks, and takes the user's name out of the logs of others.
 * Requests go first: one that is accepted at this moment is a friendship by the time they are gone, and none comes after.
 * A transaction for each friend, and for each hundred of the others.
 */
export const forgetUser = (dependencies: FriendshipDependencies) => async ({ userId }: DeletedAccount, signal: AbortSignal): Promise<void> => {
  const { tables } = dependencies.database;
  await endRequests(tables, userId, signal);
  await endFriendships(dependencies, userId, signal);
  await endBlocks(tables, userId, signal);
  for (let told = -1; told !== 0 && !signal.aborted;) {
    const logged = await tellThatNobodyIsThere(dependencies, userId);
    announceUserEvents(dependencies, logged);
    told = logged.length;
  }
};
