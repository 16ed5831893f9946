import type { AnswerOf, messages, Person, RequestOf } from '@chat-backend/contracts';
import { orderedPair } from '@chat-backend/database';
import { enforce, Refusal, type CallOfUser } from '@chat-backend/service-kit';
import type { MessagingDatabase, MessagingTables } from '../db';
import { policies } from '../policies';
import { conversationOf } from './conversation-of';

type Endpoint = typeof messages.getChatDetails;

const readFacts = async (tables: MessagingTables, userId: string, otherId: string) => {
  const [friendship, conversation] = await Promise.all([
    tables.friendship.findUnique({ where: { lowUserId_highUserId: orderedPair(userId, otherId) }, select: { lowUserId: true } }),
    tables.conversation.findUnique({ where: { id: conversationOf(userId, 'friend', otherId) }, select: { id: true } }),
  ]);
  return { areFriends: friendship !== null, hasHistory: conversation !== null };
};

/** Of somebody whose account was deleted there is the history, and nothing more to see. @throws Refusal USER_NOT_FOUND */
const friendDetails = async (tables: MessagingTables, userId: string, friendId: string): Promise<Person> => {
  enforce(policies['get-chat-details']({ chatType: 'friend', ...await readFacts(tables, userId, friendId) }));
  const user = await tables.user.findUnique({ where: { id: friendId }, select: { userName: true, about: true, profileImage: true } });
  return { id: friendId, user_name: user?.userName ?? null, about: user?.about ?? null, profile_image: user?.profileImage ?? null };
};

/** @throws Refusal GROUP_NOT_FOUND */
const groupDetails = async (tables: MessagingTables, groupId: string): Promise<Person> => {
  enforce(policies['get-chat-details']({ chatType: 'group' }));
  const group = await tables.group.findUnique({ where: { id: groupId, closedAt: null }, select: { id: true, name: true, about: true, profileImage: true } });
  if (group === null) throw new Refusal('GROUP_NOT_FOUND');
  return { id: group.id, user_name: group.name, about: group.about, profile_image: group.profileImage };
};

/**
 * Who or what a chat is with; a group's `user_name` is its name.
 * @throws Refusal USER_NOT_FOUND, GROUP_NOT_FOUND
 */
export const getChatDetails = ({ tables }: MessagingDatabase) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => ({
  data: body.chatType === 'group' ? await groupDetails(tables, body.chatId) : await friendDetails(tables, caller.userId, body.chatId),
  userId: caller.userId,
});
