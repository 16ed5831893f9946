import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import { friendConversationId, lockConversation, orderedPair } from '@chat-backend/database';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { FriendshipDependencies } from '../dependencies';
import { logFriendship } from '../friends/log-friendship';
import { isBlocked } from '../people/is-blocked';
import { policies } from '../policies';
import { endPendingRequest } from './end-pending-request';

type Endpoint = typeof socialGraph.acceptRequest;

/**
 * Accepts the request that the user sent me: the request's end and the friendship are one transaction. A block is
 * looked at under the pair's lock, which blocking takes too, so that no friendship is made past it.
 * @throws Refusal REQUEST_NOT_FOUND
 */
export const acceptRequest = (dependencies: FriendshipDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const logged = await dependencies.database.transaction(async (tables) => {
    await lockConversation(tables, friendConversationId(caller.userId, body.to));
    const isPending = await endPendingRequest(tables, { fromUserId: body.to, toUserId: caller.userId }, 'accepted');
    enforce(policies['accept-request']({ isPending, isBlocked: await isBlocked(tables, caller.userId, body.to) }));
    await tables.friendship.createMany({ data: orderedPair(caller.userId, body.to), skipDuplicates: true });
    return logFriendship(tables, { userId: caller.userId, state: 'friends' }, { userId: body.to, state: 'friends' });
  });
  announceUserEvents(dependencies, logged);
  return {};
};
