import type { ChangedMessage } from '@chat-backend/contracts';
import type { Logger } from '@chat-backend/service-kit';
import type { ChatNamespace } from '../chat-server';
import { roomsOf } from '../rooms/room-names';
import type { Listeners } from './listeners';

/**
 * Tells the sockets here which messages were changed, a conversation's in the order in which it was announced, a group's only to members: whoever
 * left before the change hears nothing of it. A change may come before its message, or not at all: clients see a jump in the revisions, and sync.
 */
export type PushChanges = (changes: readonly ChangedMessage[]) => void;

export interface PushChangesDependencies {
  namespace: ChatNamespace;
  listeners: Listeners;
  logger: Logger;
}

const waitingPerConversation = 100;

export const createPushChanges = ({ namespace, listeners, logger }: PushChangesDependencies): PushChanges => {
  /** Groups whose members are being asked for, each with what came after. */
  const waiting = new Map<string, ChangedMessage[]>();

  const emit = ({ message }: ChangedMessage): void => {
    const rooms = roomsOf(message);
    if (listeners.isHeard(rooms)) namespace.local.to(rooms).emit('messageChanged', message);
  };

  const work = async (conversationId: string, queue: ChangedMessage[]): Promise<void> => {
    try {
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        if (await listeners.admitMembersOnly(next)) emit(next);
        queue.shift();
      }
    } catch (error) {
      logger.warn({ err: error, conversationId, dropped: queue.length }, 'changes of messages could not be pushed; the clients ask for them');
    }
    waiting.delete(conversationId);
  };

  const pushOne = (change: ChangedMessage): void => {
    const { conversationId } = change;
    const queue = waiting.get(conversationId);
    if (queue !== undefined) {
      if (queue.length < waitingPerConversation) queue.push(change);
    } else if (listeners.mayHear(change)) emit(change);
    else {
      const started = [change];
      waiting.set(conversationId, started);
      void work(conversationId, started);
    }
  };

  return (changes) => { for (const change of changes) pushOne(change); };
};
