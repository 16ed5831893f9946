import { blocks, type AnswerOf, type RequestOf } from '@chat-backend/contracts';
import { Prisma } from '@chat-backend/database';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';
import { listPeople } from '../people/list-people';

type Endpoint = typeof blocks.getBlockedUsers;

/** The users whom I block, the newest block first. */
export const getBlockedUsers = (database: SocialGraphDatabase) => {
  const list = listPeople(database, {
    list: blocks.getBlockedUsers.name,
    people: (callerId) => Prisma.sql`select blocked_id as user_id, created_at as at from blocks where blocker_id = ${callerId}::uuid`,
  });
  return ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => list(caller.userId, body);
};
