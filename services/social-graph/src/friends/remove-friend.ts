import type { AnswerOf, RequestOf, socialGraph } from '@chat-backend/contracts';
import { friendConversationId, lockConversation, orderedPair } from '@chat-backend/database';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { FriendshipDependencies } from '../dependencies';
import { policies } from '../policies';
import { logFriendship } from './log-friendship';

type Endpoint = typeof socialGraph.removeFriend;

/**
 * Ends a friendship and tells both. Takes the conversation's lock: what is sent after this was answered is refused.
 * @throws Refusal FRIEND_NOT_FOUND
 */
export const endFriendship = async (dependencies: FriendshipDependencies, userId: string, friendId: string): Promise<void> => {
  const logged = await dependencies.database.transaction(async (tables) => {
    await lockConversation(tables, friendConversationId(userId, friendId));
    const removed = await tables.friendship.deleteMany({ where: orderedPair(userId, friendId) });
    enforce(policies['remove-friend']({ areFriends: removed.count > 0 }));
    return logFriendship(tables, { userId, state: 'none' }, { userId: friendId, state: 'none' });
  });
  announceUserEvents(dependencies, logged);
};

/** Ends a friendship. Both keep the history and may not add to it. @throws Refusal FRIEND_NOT_FOUND */
export const removeFriend = (dependencies: FriendshipDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  await endFriendship(dependencies, caller.userId, body.to);
  return {};
};
