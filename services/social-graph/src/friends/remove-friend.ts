import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import { friendConversationId, lockConversation, orderedPair } from '@chat-backend/database';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { FriendshipDependencies } from '../dependencies';
import { policies } from '../policies';
import { logFriendship } from './log-friendship';

type Endpoint = typeof socialGraph.removeFriend;

/**
 * Ends a friendship. Takes the conversation's lock: what is sent after this was answered is refused.
 * @throws Refusal FRIEND_NOT_FOUND
 */
export const removeFriend = (dependencies: FriendshipDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const logged = await dependencies.database.transaction(async (tables) => {
    await lockConversation(tables, friendConversationId(caller.userId, body.to));
    const removed = await tables.friendship.deleteMany({ where: orderedPair(caller.userId, body.to) });
    enforce(policies['remove-friend']({ areFriends: removed.count > 0 }));
    return logFriendship(tables, { userId: caller.userId, state: 'none' }, { userId: body.to, state: 'none' });
  });
  announceUserEvents(dependencies, logged);
  return {};
};
