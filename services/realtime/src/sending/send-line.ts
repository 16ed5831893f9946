import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { BatchResult, CommittedMessage } from '@chat-backend/contracts';
import { Refusal, type InternalCaller, type Logger } from '@chat-backend/service-kit';
import type { RealtimeMetrics } from '../metrics';
import { createPushedEntries } from './pushed-entries';
import { countExpired, createWaitingSends, type Send } from './waiting-sends';

export interface SendLineDependencies {
  internal: Pick<InternalCaller, 'call'>;
  /** @returns whether everybody who hears them has been handed them */
  push: (committed: CommittedMessage[]) => Promise<boolean>;
  logger: Logger;
  metrics: RealtimeMetrics;
  gatherMs: number;
}

/** The way to one messaging process: one batch under way, and the next one forms behind it. */
export interface SendLine {
  /** @returns false when too many wait */
  add(send: Send): boolean;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
}

/** So long after a batch of several began the next one does. */
export const productGatherMs = 3;
/** And not before this share of the time that pushing took has passed after it, at most so long. */
const restShare = 0.25;
const longestRestMs = 20;
/** So many do not wait for more. */
const enoughToGo = 100;
const heldAtOnce = 50;
const heldAtMost = 5_000;
const longestPauseMs = 2_000;
const firstPauseMs = 50;
/** After so long without a batch, pushed entries are named in a call of their own, before messaging's sweep takes them for lost. */
const nameAfterMs = 500;

export const createSendLine = ({ internal, push, logger, metrics, gatherMs }: SendLineDependencies): SendLine => {
  const waiting = createWaitingSends();
  const pushed = createPushedEntries();
  /** Conversations that something else has locked: they wait here, so that the others do not. */
  const held = new Map<string, Send[]>();
  let running: Promise<void> | undefined;
  let naming: NodeJS.Timeout | undefined;
  let failures = 0;
  let last = { begun: 0, count: 0, restUntil: 0 };
  let goNow: (() => void) | undefined;
  const underWay = new Set<Promise<void>>();

  const track = (work: Promise<void>): void => {
    underWay.add(work);
    work.catch((error: unknown) => { logger.error({ err: error }, 'committed messages could not be pushed; the outbox has them'); })
      .finally(() => { underWay.delete(work); });
  };

  const nameSoon = (): void => {
    naming ??= setTimeout(() => {
      naming = undefined;
      if (pushed.size > 0 && running === undefined) track(store([], false).then(() => {}));
    }, nameAfterMs).unref();
  };

  /** What is emitted to many takes its time: those whom it reached last then write with those whom it reached first, so that each connection is written less often. */
  const restAfterPush = (begunMs: number): void => {
    // What was emitted is written at the end of this turn, before this is called.
    setImmediate(() => {
      const now = performance.now();
      last.restUntil = now + Math.min(longestRestMs, restShare * (now - begunMs));
    });
  };

  const pushAll = async (committed: CommittedMessage[], outboxId: string | null): Promise<void> => {
    const begunMs = performance.now();
    const pushing = push(committed);
    restAfterPush(begunMs);
    const left = await pushing;
    if (!left || outboxId === null) return;
    pushed.add(outboxId);
    nameSoon();
  };

  /** Acknowledges what is decided. @returns the sends that were not, as somebody else holds their conversation */
  const settleAll = (sends: readonly Send[], results: readonly BatchResult[]): Send[] => {
    const notYet: Send[] = [];
    sends.forEach((send, index) => {
      const result = results[index];
      if (result === undefined || (result.status === 'refused' && (result.code === 'BUSY' || result.code === 'UNAVAILABLE'))) {
        if (performance.now() < send.until) notYet.push(send);
        else send.settle({ code: 'BUSY' });
      } else if (result.status === 'refused') send.settle({ code: result.code });
      else {
        const { id, seq, createdAt } = result.status === 'stored' ? result.committed.message : result;
        send.settle({ id, seq, createdAt });
      }
    });
    return notYet;
  };

  /**
   * One call. What it did when it fails is not known: sending again with the same clientMessageIds finds out.
   * @returns the sends to try again, and whether the call reached messaging
   */
  const store = async (sends: readonly Send[], waitForHeld: boolean): Promise<{ again: Send[]; answered: boolean }> => {
    const named = pushed.take();
    const reply = await internal.call('send-batch', { entries: sends.map(({ entry }) => entry), pushed: named, waitForHeld }, sends[0]?.conversation)
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) logger.error({ err: error }, 'a batch failed');
      });
    if (reply === undefined) {
      for (const outboxId of named) pushed.add(outboxId);
      return { again: [...sends], answered: false };
    }
    const again = settleAll(sends, reply.results);
    const committed = reply.results.flatMap((result) => (result.status === 'stored' ? [result.committed] : []));
    if (committed.length > 0) track(pushAll(committed, reply.outboxId));
    return { again, answered: true };
  };

  const workOffHeld = async (conversation: string): Promise<void> => {
    const sends = held.get(conversation) ?? [];
    while (sends.length > 0) {
      const { again, answered } = await store(sends.splice(0, heldAtOnce), true);
      sends.unshift(...again);
      for (const { settle } of sends.splice(0, countExpired(sends))) settle({ code: answered ? 'BUSY' : 'UNAVAILABLE' });
      // Messaging waits for what is held itself; this keeps an answer that comes at once from being asked for again at once.
      if (again.length > 0) await pause(firstPauseMs);
    }
    held.delete(conversation);
  };

  const setAside = (send: Send): void => {
    const others = held.get(send.conversation);
    if (others !== undefined) {
      if (others.length < heldAtMost) others.push(send);
      else send.settle({ code: 'BUSY' });
      return;
    }
    held.set(send.conversation, [send]);
    track(workOffHeld(send.conversation));
  };

  /** Whatever is sent into a conversation that is held stands behind what waits for it: order is kept. */
  const takeBatch = (): Send[] => {
    const batch = waiting.take();
    if (held.size === 0) return batch;
    return batch.filter((send) => {
      if (!held.has(send.conversation)) return true;
      setAside(send);
      return false;
    });
  };

  /** A batch costs what five to ten messages add to it: where many write, a moment's wait makes fewer and larger ones. Who writes alone never waits. */
  const gather = async (): Promise<void> => {
    if (last.count < 2) return;
    await nextTurn();
    const restMs = Math.max(last.begun + gatherMs, last.restUntil) - performance.now();
    if (restMs <= 0 || waiting.size >= enoughToGo) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, restMs);
      goNow = () => { clearTimeout(timer); resolve(); };
    });
    goNow = undefined;
  };

  const sendNext = async (): Promise<void> => {
    await gather();
    const batch = takeBatch();
    if (batch.length === 0) return;
    last = { begun: performance.now(), count: batch.length, restUntil: 0 };
    metrics.batch(batch.length);
    const { again, answered } = await store(batch, false);
    if (answered) {
      failures = 0;
      again.forEach(setAside);
      return;
    }
    waiting.putBack(again);
    failures += 1;
    if (failures === 1) logger.warn('messaging does not answer; messages wait for it');
    await pause(Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)));
  };

  const run = async (): Promise<void> => {
    // What arrives in this turn of the event loop goes together.
    await new Promise<void>((resolve) => { setImmediate(resolve); });
    while (waiting.size > 0) await sendNext();
    running = undefined;
  };

  return {
    add(send) {
      if (!waiting.add(send)) return false;
      running ??= run();
      if (waiting.size >= enoughToGo) goNow?.();
      return true;
    },
    async idle() {
      while (running !== undefined || underWay.size > 0) await Promise.all([running, ...underWay]);
      while (pushed.size > 0) {
        const { answered } = await store([], false);
        if (!answered) return;
      }
    },
  };
};
