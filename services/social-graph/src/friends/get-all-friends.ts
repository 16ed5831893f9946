import { socialGraph, type AnswerOf, type RequestOf } from '@chat-backend/contracts';
import { Prisma } from '@chat-backend/database';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';
import { listPeople } from '../people/list-people';

type Endpoint = typeof socialGraph.getAllFriends;

/** My friends, the newest friendship first. */
export const getAllFriends = (database: SocialGraphDatabase) => {
  const list = listPeople(database, {
    list: socialGraph.getAllFriends.name,
    people: (callerId) => Prisma.sql`
      select high_user_id as user_id, created_at as at from friendships where low_user_id = ${callerId}::uuid
      union all
      select low_user_id, created_at from friendships where high_user_id = ${callerId}::uuid`,
  });
  return ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => list(caller.userId, body);
};
