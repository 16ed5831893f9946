import type { AnswerOf, blocks, RequestOf } from '@chat-backend/contracts';
import { friendConversationId, lockConversation } from '@chat-backend/database';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { FriendshipDependencies } from '../dependencies';
import { logOneSide } from '../friends/log-friendship';
import { policies } from '../policies';

type Endpoint = typeof blocks.unblockUser;

/**
 * Ends my block of a user, who is not told. It restores nothing, and leaves the other's block of me, if there is one.
 * @throws Refusal BLOCK_NOT_FOUND
 */
export const unblockUser = (dependencies: FriendshipDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const logged = await dependencies.database.transaction(async (tables) => {
    await lockConversation(tables, friendConversationId(caller.userId, body.to));
    const removed = await tables.block.deleteMany({ where: { blockerId: caller.userId, blockedId: body.to } });
    enforce(policies['unblock-user']({ isBlocking: removed.count > 0 }));
    return logOneSide(tables, { userId: caller.userId, state: 'none' }, body.to);
  });
  announceUserEvents(dependencies, logged);
  return {};
};
