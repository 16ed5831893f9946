import { orderedPair } from '@chat-backend/database';
import { enforce } from '@chat-backend/service-kit';
import type { ClientBase } from 'pg';
import { mayWrite } from '../policies';
import type { ChatOfUser } from './read-chat-states';

/** As in send_batch: in an open group its members may write, in a friend chat friends of whom neither has blocked the other. */
const inGroup = {
  name: 'may-write-group', rowMode: 'array' as const,
  text: `select g.membership_version from groups g
    where g.id = $1 and g.closed_at is null and (select true from group_members m where m.group_id = $1 and m.user_id = $2 limit 1) is not null`,
};
const toFriend = {
  name: 'may-write-friend', rowMode: 'array' as const,
  text: `select true from friendships f where f.low_user_id = $1 and f.high_user_id = $2
    and (select true from blocks b where b.blocker_id = $1 and b.blocked_id = $2 limit 1) is null
    and (select true from blocks b where b.blocker_id = $2 and b.blocked_id = $1 limit 1) is null`,
};

/**
 * Ask under the conversation's lock: it is true then until the transaction ends.
 * @returns the membership version of the group; nothing for a friend chat
 * @throws Refusal NOT_A_MEMBER, NOT_FRIENDS
 */
export const checkMayWrite = async (client: ClientBase, { userId, chatType, chatId }: ChatOfUser): Promise<number | undefined> => {
  if (chatType === 'group') {
    const { rows: [group] } = await client.query<[membershipVersion: string]>({ ...inGroup, values: [chatId, userId] });
    enforce(mayWrite({ chatType, isAllowed: group !== undefined }));
    return group === undefined ? undefined : Number(group[0]);
  }
  const { lowUserId, highUserId } = orderedPair(userId, chatId);
  const { rows } = await client.query({ ...toFriend, values: [lowUserId, highUserId] });
  enforce(mayWrite({ chatType, isAllowed: rows.length > 0 }));
  return undefined;
};
