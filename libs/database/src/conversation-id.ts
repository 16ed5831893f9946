import { createHash } from 'node:crypto';

/** The two users of a friend chat in the order in which every table names them. */
export const orderedPair = (one: string, other: string): { lowUserId: string; highUserId: string } =>
  one < other ? { lowUserId: one, highUserId: other } : { lowUserId: other, highUserId: one };

/** The id of a friend chat: the same for both users, a UUID (version 8) made from theirs. A group chat has its group's id. */
export const friendConversationId = (one: string, other: string): string => {
  const { lowUserId, highUserId } = orderedPair(one, other);
  const digest = createHash('sha256').update(lowUserId).update(highUserId).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
