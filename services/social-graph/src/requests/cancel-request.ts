import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { FriendshipDependencies } from '../dependencies';
import { logFriendship } from '../friends/log-friendship';
import { policies } from '../policies';
import { endPendingRequest } from './end-pending-request';

type Endpoint = typeof socialGraph.cancelRequest;

/**
 * Takes back the request that I sent; I may send another.
 * @throws Refusal REQUEST_NOT_FOUND
 */
export const cancelRequest = (dependencies: FriendshipDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const logged = await dependencies.database.transaction(async (tables) => {
    const isPending = await endPendingRequest(tables, { fromUserId: caller.userId, toUserId: body.to }, 'cancelled');
    enforce(policies['cancel-request']({ isPending }));
    return logFriendship(tables, { userId: caller.userId, state: 'none' }, { userId: body.to, state: 'none' });
  });
  announceUserEvents(dependencies, logged);
  return {};
};
