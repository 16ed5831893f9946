import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';
import { endPendingRequest } from './end-pending-request';

type Endpoint = typeof socialGraph.rejectRequest;

/**
 * Rejects the request that the user sent me; the user may send another.
 * @throws Refusal REQUEST_NOT_FOUND
 */
export const rejectRequest = (database: SocialGraphDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  await endPendingRequest(database.tables, { fromUserId: body.to, toUserId: caller.userId }, 'rejected');
  return {};
};
