import { setTimeout as pause } from 'node:timers/promises';
import type { CommittedMessage } from '@chat-backend/contracts';
import type { InternalCaller, Logger } from '@chat-backend/service-kit';
import type { ConversationOrder } from './conversation-order';
import type { PushMessages } from './push-messages';

export interface RecoverMissedDependencies {
  order: Pick<ConversationOrder, 'known' | 'last'>;
  internal: Pick<InternalCaller, 'call'>;
  push: PushMessages;
  logger: Logger;
}

/**
 * Emits what this process did not hear of while it was cut off, in order: clients that only listen have no other way to learn of it before the
 * next message. It asks after every conversation of which this process knows a number and that somebody here listens to. A friend chat whose first
 * message was missed is not among them, nor what was changed, nor users' events: the guarantee is that clients sync.
 */
export interface RecoverMissed {
  /** Once more after the current look, if one is under way. */
  start(): void;
  stop(): void;
}

const conversationsAtOnce = 4;
/** Of 500 messages. What is missing beyond them comes with the conversation's next message, or when the client asks. */
const pagesPerConversation = 4;
const pauseMs = 1_000;
const triesPerPage = 60;

export const createRecoverMissed = ({ order, internal, push, logger }: RecoverMissedDependencies): RecoverMissed => {
  let stopped = false;
  let underWay = false;
  let wanted = false;

  /** Asks for a minute until it is answered: what has cut this process off may have cut messaging off as well. */
  const askAfter = async (conversationId: string, afterSeq: number): Promise<CommittedMessage[]> => {
    for (let tries = 1; !stopped; tries += 1) {
      try {
        const { messages } = await internal.call('messages-between', { conversationId, afterSeq, beforeSeq: Number.MAX_SAFE_INTEGER }, conversationId);
        return messages;
      } catch (error) {
        if (tries === triesPerPage) throw error;
        await pause(pauseMs, undefined, { ref: false });
      }
    }
    return [];
  };

  const recoverOne = async (conversationId: string): Promise<void> => {
    for (let page = 0; page < pagesPerConversation; page += 1) {
      const last = order.last(conversationId);
      if (last === undefined) return;
      const missed = await askAfter(conversationId, last);
      if (missed.length === 0 || !await push(missed)) return;
      if (order.last(conversationId) === last) return;
    }
  };

  const recoverAll = async (): Promise<void> => {
    const conversations = order.known().values();
    const work = async (): Promise<void> => {
      for (const conversationId of conversations) if (!stopped) await recoverOne(conversationId);
    };
    await Promise.all(Array.from({ length: conversationsAtOnce }, work));
  };

  const run = async (): Promise<void> => {
    underWay = true;
    while (wanted && !stopped) {
      wanted = false;
      await recoverAll().catch((error: unknown) => { logger.error({ err: error }, 'what was missed could not be pushed; the clients fetch it'); });
    }
    underWay = false;
  };

  return {
    start() {
      wanted = true;
      if (!underWay) void run();
    },
    stop() { stopped = true; },
  };
};
