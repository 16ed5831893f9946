import type { ChatType } from '@chat-backend/contracts';
import { Refusal, type Caller, type InternalCaller } from '@chat-backend/service-kit';
import { createTurns } from '../take-turns';

interface UpTo { chatId: string; chatType: ChatType; seq: number }

const callsAtOnce = 8;
const waitingCalls = 5_000;

/** Marks what is written up to a message as read: one call for each, a few at once. */
export const createMarkRead = (internal: Pick<InternalCaller, 'call'>) => {
  const inTurn = createTurns(callsAtOnce, waitingCalls);
  /** @throws Refusal CONVERSATION_NOT_FOUND, GROUP_NOT_FOUND, NOT_A_MEMBER, UNAVAILABLE; BUSY when too many wait */
  return async ({ userId }: Caller, { chatId, chatType, seq }: UpTo): Promise<{ lastReadSeq: number }> => {
    const reply = await inTurn(() => internal.call('mark-read', { userId, chatId, chatType, seq }, userId));
    if (reply.status === 'refused') throw new Refusal(reply.code);
    return { lastReadSeq: reply.lastReadSeq };
  };
};
