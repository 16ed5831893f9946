import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import { friendConversationId, lockConversation, orderedPair } from '@chat-backend/database';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphDatabase } from '../db';

type Endpoint = typeof socialGraph.removeFriend;

/**
 * Ends a friendship. Takes the conversation's lock: what is sent after this was answered is refused.
 * @throws Refusal FRIEND_NOT_FOUND
 */
export const removeFriend = (database: SocialGraphDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const removed = await database.transaction(async (tables) => {
    await lockConversation(tables, friendConversationId(caller.userId, body.to));
    return tables.friendship.deleteMany({ where: orderedPair(caller.userId, body.to) });
  });
  if (removed.count === 0) throw new Refusal('FRIEND_NOT_FOUND');
  return {};
};
