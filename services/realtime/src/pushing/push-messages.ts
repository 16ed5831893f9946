import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CommittedMessage } from '@chat-backend/contracts';
import type { InternalCaller, Logger } from '@chat-backend/service-kit';
import { roomsOf } from '../rooms/room-names';
import { retryBriefly } from '../retry-briefly';
import type { AskUnpushed } from './ask-unpushed';
import type { ConversationOrder } from './conversation-order';
import type { EmitMessages } from './emit-messages';
import type { Listeners } from './listeners';

export interface PushMessagesDependencies {
  listeners: Listeners;
  order: ConversationOrder;
  internal: Pick<InternalCaller, 'call'>;
  emit: EmitMessages;
  /** Absent where no other process pushes. */
  askUnpushed?: AskUnpushed;
  logger: Logger;
}

/**
 * Emits committed messages to the sockets of this process, wherever they come from: each conversation in rising `seq`, a group's
 * only to members. What is lower was emitted already and is dropped; what jumps is fetched first.
 * A conversation that waits for messaging does not hold up the others.
 * @returns whether all of them were emitted, or have nobody here to hear them. What was not comes with a later push, or with the client's catching up
 */
export type PushMessages = (messages: readonly CommittedMessage[]) => Promise<boolean>;

const waitingPerConversation = 1_000;
/** Of a longer jump only the newest are fetched: clients ask for the rest. */
const longestJump = 2_000;

export const createPushMessages = ({ listeners, order, internal, emit, askUnpushed, logger }: PushMessagesDependencies): PushMessages => {
  /** Conversations that wait for messaging, each with what came after. */
  const waiting = new Map<string, { push: CommittedMessage; settle: (emitted: boolean) => void }[]>();

  const { isHeard, mayHear, admitMembersOnly } = listeners;

  /** Counts as emitted from now on: whoever asks for it emits it in the same turn. */
  const take = (push: CommittedMessage, rooms: readonly string[], taken: CommittedMessage[]): void => {
    order.advance(push.conversationId, push.message.seq, rooms);
    taken.push(push);
  };

  /**
   * What needs nothing from messaging is done with at once.
   * @param taken gets it when it is to be emitted
   */
  const pushAtOnce = (push: CommittedMessage, taken: CommittedMessage[]): boolean => {
    if (!mayHear(push)) return false;
    const rooms = roomsOf(push.message);
    if (!isHeard(rooms)) return true;
    const { seq } = push.message;
    if (order.isBehind(push.conversationId, seq)) return true;
    const last = order.last(push.conversationId) ?? (askUnpushed === undefined || seq === 1 ? seq - 1 : undefined);
    if (last === undefined) return false;
    if (seq !== last + 1) return false;
    take(push, rooms, taken);
    return true;
  };

  const pushAlone = (push: CommittedMessage): boolean => {
    const taken: CommittedMessage[] = [];
    const isDone = pushAtOnce(push, taken);
    emit(taken);
    return isDone;
  };

  /**
   * Where the conversation begins here: with what may still be on its way from another process, by its outbox or in this process's own line. What came
   * before has left, and who listens here came later and reads it. Without this, the first push to arrive would count all before it as emitted.
   */
  const findBeginning = async ({ conversationId, message }: CommittedMessage): Promise<void> => {
    if (askUnpushed === undefined || order.last(conversationId) !== undefined) return;
    const lowest = await askUnpushed(conversationId);
    // What was published before its outbox entry was deleted has arrived: it is read in this turn.
    await nextTurn();
    const rooms = roomsOf(message);
    const begins = Math.min(lowest ?? message.seq, ...(waiting.get(conversationId) ?? []).map(({ push }) => push.message.seq));
    if (isHeard(rooms)) order.seed(conversationId, begins - 1, rooms);
  };

  /** What is missing before this push, a page at a time; empty when nothing is. */
  const fetchMissed = async ({ conversationId, message: { seq } }: CommittedMessage): Promise<CommittedMessage[]> => {
    const last = order.last(conversationId);
    if (last === undefined || last + 1 >= seq) return [];
    const afterSeq = Math.max(last, seq - 1 - longestJump);
    const reply = await retryBriefly(() => internal.call('messages-between', { conversationId, afterSeq, beforeSeq: seq }, conversationId));
    return reply.messages;
  };

  /** Whoever hears it is looked at after everything was fetched, in the same turn in which it is emitted. */
  const pushLater = async (push: CommittedMessage): Promise<void> => {
    const rooms = roomsOf(push.message);
    while (!pushAlone(push)) {
      if (!await admitMembersOnly(push)) return;
      await findBeginning(push);
      const missed = await fetchMissed(push);
      if (!mayHear(push)) continue;
      if (!isHeard(rooms)) return;
      const isNew = ({ message }: CommittedMessage): boolean => !order.isBehind(push.conversationId, message.seq);
      const taken: CommittedMessage[] = [];
      // Where nothing is between, what the numbers leave out is not there.
      for (const one of missed.length === 0 ? [push] : missed) if (isNew(one)) take(one, rooms, taken);
      emit(taken);
    }
  };

  const work = async (conversationId: string): Promise<void> => {
    const queue = waiting.get(conversationId) ?? [];
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      try {
        await pushLater(next.push);
        queue.shift()?.settle(true);
      } catch (error) {
        logger.warn({ err: error, conversationId, dropped: queue.length }, 'messages could not be pushed; a later push or the clients fetch them');
        for (const { settle } of queue.splice(0)) settle(false);
      }
    }
    waiting.delete(conversationId);
  };

  const wait = (push: CommittedMessage): Promise<boolean> => new Promise((settle) => {
    const queue = waiting.get(push.conversationId);
    if (queue === undefined) {
      waiting.set(push.conversationId, [{ push, settle }]);
      void work(push.conversationId);
    } else if (queue.length < waitingPerConversation) queue.push({ push, settle });
    else settle(false);
  });

  return async (messages) => {
    const taken: CommittedMessage[] = [];
    const later: Promise<boolean>[] = [];
    for (const push of messages) {
      if (waiting.has(push.conversationId) || !pushAtOnce(push, taken)) later.push(wait(push));
    }
    emit(taken);
    return later.length === 0 || (await Promise.all(later)).every((emitted) => emitted);
  };
};
