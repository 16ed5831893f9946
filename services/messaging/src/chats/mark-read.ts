import type { AnswerOf, InternalCalls, messages, RequestOf } from '@chat-backend/contracts';
import { appendUserLog, type LoggedEvent } from '@chat-backend/database';
import { type Announce, type CallOfUser, Refusal } from '@chat-backend/service-kit';
import type { MessagingDatabase } from '../db';
import { checkFriendChat, checkMember } from './check-may-read';
import { readChatStates, type ChatOfUser, type ChatState } from './read-chat-states';

type Endpoint = typeof messages.markRead;
type InternalMarkRead = InternalCalls['mark-read'];

/** Marks for a user what is written up to a message as read; resolves to how far the user has read then. */
export type MarkChat = (chat: ChatOfUser & { seq: number }) => Promise<number>;

/** @throws Refusal CONVERSATION_NOT_FOUND, GROUP_NOT_FOUND, NOT_A_MEMBER */
const readState = async (database: MessagingDatabase, chat: ChatOfUser): Promise<ChatState> => {
  const [state] = await readChatStates(database.hot, [chat]);
  if (state === undefined || state.isGone) {
    await checkMember(database, chat.chatId, chat.userId);
    // Who joined at this very moment was none when the state was read.
    throw new Refusal('NOT_A_MEMBER');
  }
  if (state.lastSeq === 0 && chat.chatType === 'friend') await checkFriendChat(database, state.conversationId, chat.userId, chat.chatId);
  return state;
};

/** The row stays locked until the event is logged: a user's devices log in the order in which they moved it. Nothing is logged when another was further. */
const moveTo = (database: MessagingDatabase, { userId, chatType, chatId }: ChatOfUser, conversationId: string, seq: number): Promise<LoggedEvent[]> =>
  database.transaction(async (tables) => {
    const moved = await tables.$executeRaw`
      insert into chats as r (user_id, conversation_id, chat_id, is_group, last_read_seq)
      values (${userId}::uuid, ${conversationId}::uuid, ${chatId}::uuid, ${chatType === 'group'}, ${seq})
      on conflict (user_id, conversation_id) do update set last_read_seq = excluded.last_read_seq where r.last_read_seq < excluded.last_read_seq`;
    return moved === 0 ? [] : appendUserLog(tables, [{ userId, event: { kind: 'read', chatId, chatType, lastReadSeq: seq } }]);
  });

/**
 * Never goes back, whatever happens beside it, and never beyond the last message. Where nothing moves, one query and nothing written.
 * @throws Refusal CONVERSATION_NOT_FOUND, GROUP_NOT_FOUND, NOT_A_MEMBER, BUSY
 */
export const markChat = (database: MessagingDatabase, announce: Announce): MarkChat => async ({ seq, ...chat }) => {
  const { conversationId, lastSeq, lastReadSeq } = await readState(database, chat);
  const target = Math.min(seq, lastSeq);
  if (target <= lastReadSeq) return lastReadSeq;
  const logged = await moveTo(database, chat, conversationId, target);
  if (logged.length === 0) return (await readState(database, chat)).lastReadSeq;
  announce('user.changed', { logged });
  return target;
};

export const markRead = (mark: MarkChat) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> =>
  ({ data: { lastReadSeq: await mark({ userId: caller.userId, ...body }) } });

/** The same for realtime, which hands a refusal on to its socket. */
export const markReadOfUser = (mark: MarkChat) => async (chat: InternalMarkRead['request']): Promise<InternalMarkRead['reply']> => {
  try {
    return { status: 'marked', lastReadSeq: await mark(chat) };
  } catch (error) {
    if (error instanceof Refusal) return { status: 'refused', code: error.code };
    throw error;
  }
};
