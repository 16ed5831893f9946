import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';
import { endPendingRequest } from './end-pending-request';

type Endpoint = typeof socialGraph.cancelRequest;

/**
 * Takes back the request that I sent; I may send another.
 * @throws Refusal REQUEST_NOT_FOUND
 */
export const cancelRequest = (database: SocialGraphDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  await endPendingRequest(database.tables, { fromUserId: caller.userId, toUserId: body.to }, 'cancelled');
  return {};
};
