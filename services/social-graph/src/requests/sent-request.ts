import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import { friendConversationId, lockConversation, orderedPair } from '@chat-backend/database';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphTables } from '../db';
import type { SocialGraphDependencies } from '../dependencies';
import { logFriendship } from '../friends/log-friendship';
import { isBlocked } from '../people/is-blocked';
import { isThere } from '../people/is-there';
import { policies } from '../policies';

type Endpoint = typeof socialGraph.sentRequest;

/** What its policy asks for. Read under the pair's lock, it is true until the transaction ends. */
const readFacts = async (tables: SocialGraphTables, fromUserId: string, toUserId: string, showUnverifiedUsers: boolean) => {
  const friendship = await tables.friendship.findUnique({ where: { lowUserId_highUserId: orderedPair(fromUserId, toUserId) } });
  const theirs = await tables.friendRequest.findUnique({ where: { fromUserId_toUserId: { fromUserId: toUserId, toUserId: fromUserId } } });
  return {
    isMyself: fromUserId === toUserId,
    isThere: await isThere(tables, toUserId, showUnverifiedUsers),
    isBlocked: await isBlocked(tables, fromUserId, toUserId),
    areFriends: friendship !== null,
    hasAskedMe: theirs?.status === 'pending',
  };
};

/** A request that is pending stays as it is; one that ended begins anew. @returns whether it was not pending before */
const makePending = async (tables: SocialGraphTables, fromUserId: string, toUserId: string): Promise<boolean> => {
  const made = await tables.friendRequest.createMany({ data: { fromUserId, toUserId, status: 'pending' }, skipDuplicates: true });
  if (made.count > 0) return true;
  const renewed = await tables.friendRequest.updateMany({
    where: { fromUserId, toUserId, status: { not: 'pending' } },
    data: { status: 'pending', createdAt: new Date() },
  });
  return renewed.count > 0;
};

/**
 * Sends a friend request. The pair's lock makes two users who send to each other at once take turns: the second
 * is told of the first one's request.
 * @throws Refusal CANNOT_BEFRIEND_YOURSELF, USER_NOT_FOUND, ALREADY_FRIENDS, REQUEST_ALREADY_RECEIVED
 */
export const sentRequest = (dependencies: SocialGraphDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database, config } = dependencies;
  const logged = await database.transaction(async (tables) => {
    await lockConversation(tables, friendConversationId(caller.userId, body.to));
    enforce(policies['sent-request'](await readFacts(tables, caller.userId, body.to, config.showUnverifiedUsers)));
    if (!await makePending(tables, caller.userId, body.to)) return [];
    return logFriendship(tables, { userId: caller.userId, state: 'requestSent' }, { userId: body.to, state: 'requestReceived' });
  });
  announceUserEvents(dependencies, logged);
  return {};
};
