import { socialGraph, type AnswerOf, type RequestOf } from '@chat-backend/contracts';
import { Prisma } from '@chat-backend/database';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';
import { listPeople } from '../people/list-people';

type Endpoint = typeof socialGraph.getAllUsersAcceptRequests;

/**
 * The users with whom a request was accepted, whoever sent it, the newest acceptance first. It outlives the friendship,
 * and ends when the same request is sent anew. Who was accepted in both directions is listed once, where the newer one is.
 */
export const getAllUsersAcceptRequests = (database: SocialGraphDatabase) => {
  const list = listPeople(database, {
    list: socialGraph.getAllUsersAcceptRequests.name,
    people: (callerId) => Prisma.sql`
      select user_id, max(at) as at from (
        select to_user_id as user_id, updated_at as at from friend_requests where from_user_id = ${callerId}::uuid and status = 'accepted'
        union all
        select from_user_id, updated_at from friend_requests where to_user_id = ${callerId}::uuid and status = 'accepted'
      ) accepted group by user_id`,
  });
  return ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => list(caller.userId, body);
};
