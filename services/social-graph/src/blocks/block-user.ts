import type { AnswerOf, blocks, RequestOf } from '@chat-backend/contracts';
import { friendConversationId, lockConversation, orderedPair, type LoggedEvent } from '@chat-backend/database';
import { announceUserEvents, enforce, type CallOfUser } from '@chat-backend/service-kit';
import type { SocialGraphTables } from '../db';
import type { SocialGraphDependencies } from '../dependencies';
import { logFriendship, logOneSide } from '../friends/log-friendship';
import { isThere } from '../people/is-there';
import { policies } from '../policies';

type Endpoint = typeof blocks.blockUser;

/**
 * Ends the friendship and every request between the two, old ones too, so that neither is on a list of the other's, then or after the block.
 * @returns whether there was something that the other one knows of, and so must be told the end of
 */
const endAllBetween = async (tables: SocialGraphTables, one: string, other: string): Promise<boolean> => {
  const requests = { OR: [{ fromUserId: one, toUserId: other }, { fromUserId: other, toUserId: one }] };
  const friendship = await tables.friendship.deleteMany({ where: orderedPair(one, other) });
  const pending = await tables.friendRequest.deleteMany({ where: { ...requests, status: 'pending' } });
  await tables.friendRequest.deleteMany({ where: requests });
  return friendship.count + pending.count > 0;
};

/** The blocker's devices show the block. The other one learns what unfriending or an ended request would tell, and nothing where there was nothing. */
const log = (tables: SocialGraphTables, blockerId: string, blockedId: string, hasEnded: boolean): Promise<LoggedEvent[]> => {
  const mine = { userId: blockerId, state: 'blocked' } as const;
  return hasEnded ? logFriendship(tables, mine, { userId: blockedId, state: 'none' }) : logOneSide(tables, mine, blockedId);
};

/**
 * Blocks a user, in one transaction under the conversation's lock: what is sent after this was answered is refused. Blocking again changes nothing.
 * @throws Refusal CANNOT_BLOCK_YOURSELF, USER_NOT_FOUND
 */
export const blockUser = (dependencies: SocialGraphDependencies) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { database, config } = dependencies;
  const [blockerId, blockedId] = [caller.userId, body.to];
  const logged = await database.transaction(async (tables) => {
    enforce(policies['block-user']({ isMyself: blockerId === blockedId, isThere: await isThere(tables, blockedId, config.showUnverifiedUsers) }));
    await lockConversation(tables, friendConversationId(blockerId, blockedId));
    const made = await tables.block.createMany({ data: { blockerId, blockedId }, skipDuplicates: true });
    if (made.count === 0) return [];
    return log(tables, blockerId, blockedId, await endAllBetween(tables, blockerId, blockedId));
  });
  announceUserEvents(dependencies, logged);
  return {};
};
