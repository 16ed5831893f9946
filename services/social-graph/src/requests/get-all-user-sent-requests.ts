import { socialGraph, type AnswerOf, type RequestOf } from '@chat-backend/contracts';
import { Prisma } from '@chat-backend/database';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';
import { listPeople } from '../people/list-people';

type Endpoint = typeof socialGraph.getAllUserSentRequests;

/** The users to whom my request is pending, the newest request first. */
export const getAllUserSentRequests = (database: SocialGraphDatabase) => {
  const list = listPeople(database, {
    list: socialGraph.getAllUserSentRequests.name,
    people: (callerId) => Prisma.sql`
      select to_user_id as user_id, created_at as at from friend_requests where from_user_id = ${callerId}::uuid and status = 'pending'`,
  });
  return ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => list(caller.userId, body);
};
