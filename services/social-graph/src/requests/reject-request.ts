import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { FriendshipDependencies } from '../dependencies';
import { logFriendship } from '../friends/log-friendship';
import { policies } from '../policies';
import { endPendingRequest } from './end-pending-request';

type Endpoint = typeof socialGraph.rejectRequest;

/**
 * Rejects the request that the user sent me; the user may send another.
 * @throws Refusal REQUEST_NOT_FOUND
 */
export const rejectRequest = (dependencies: FriendshipDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const logged = await dependencies.database.transaction(async (tables) => {
    const isPending = await endPendingRequest(tables, { fromUserId: body.to, toUserId: caller.userId }, 'rejected');
    enforce(policies['reject-request']({ isPending }));
    return logFriendship(tables, { userId: caller.userId, state: 'none' }, { userId: body.to, state: 'none' });
  });
  announceUserEvents(dependencies, logged);
  return {};
};
