import type { SyncReply, limits } from '@chat-backend/contracts';
import { asChatError, ChatError, endsSession } from '../chat-error';
import type { Connection } from '../connection/open-connection';
import type { Report } from '../emitter';
import type { ChatTiming } from '../options';
import { createAlarm, jitter } from '../waiting';
import { faultOfLog, faultOfPage } from './check-page';
import { hasGap, type Conversation } from './conversation';
import type { Inbox, ListedChat } from './inbox';
import { logHasGap, type UserLog } from './user-log';

/** How many conversations the contract lets one sync name. */
const sliceSize: (typeof limits)['syncConversations'] = 200;

export interface CatchUpDependencies {
  inbox: Inbox;
  readLists: (isFirst: boolean) => Promise<ListedChat[]>;
  timing: ChatTiming;
  report: Report;
  /** Everything is here. */
  onLive: () => void;
}

export interface CatchUp {
  /** Asks for everything that was missed meanwhile. */
  connected(connection: Connection): void;
  disconnected(): void;
  /** Something is missing, and asked for soon. */
  needs(of: Conversation | UserLog): void;
}

interface Asked { conversation: Conversation; afterSeq: number; afterRevision: number; heardSeq: number; heardRevision: number }

const passes: ReadonlySet<string> = new Set(['RATE_LIMITED', 'BUSY', 'UNAVAILABLE', 'TIMEOUT', 'NETWORK']);

/**
 * Asks for what is missing: one sync at a time, in slices and page by page, until nothing is. What is pushed for a conversation in between waits until
 * its page is applied, so that the cursor is where the page must begin. A page that does not fit is told as a fault and asked for again.
 */
export const createCatchUp = ({ inbox, readLists, timing, report, onLive }: CatchUpDependencies): CatchUp => {
  const behind = new Set<Conversation>();
  let isLogBehind = true;
  /** Where a gap was seen: it may close before it is asked for. */
  const suspected = new Set<Conversation | UserLog>();
  let connection: Connection | undefined;
  let isRunning = false;
  let failures = 0;
  /** The next look: because of a gap, after a failure, or just in case. */
  const alarm = createAlarm();

  const forgetLost = (): void => { for (const conversation of behind) if (!inbox.follows(conversation)) behind.delete(conversation); };
  const isSomethingMissing = (): boolean => isLogBehind || behind.size > 0 || inbox.log.number === undefined || inbox.unplaced().length > 0;

  const needAll = (): void => {
    isLogBehind = true;
    for (const conversation of inbox.conversations()) behind.add(conversation);
  };

  /** @returns whether what is here belongs to the history of which this reply tells; if not, all of it is to be asked for again */
  const hasHistory = ({ historyId }: SyncReply): boolean => {
    const isSame = inbox.takeHistory(historyId);
    if (!isSame) needAll();
    return isSame;
  };

  const learn = async (mine: Connection): Promise<void> => {
    const asked = inbox.unplaced();
    const isFirst = inbox.log.number === undefined;
    // The log's end comes before the lists: what happens in between is in both.
    const end = inbox.log.number === undefined ? await mine.sync({}) : undefined;
    const listed = await readLists(isFirst);
    if (mine !== connection) return;
    if (end !== undefined) hasHistory(end);
    const number = end?.log.lastNumber ?? inbox.log.number;
    inbox.log.number = number;
    inbox.place(listed, asked);
    forgetLost();
  };

  const miss = (of: Conversation | UserLog): void => {
    if ('chat' in of) behind.add(of);
    else isLogBehind = true;
  };

  const stillHasGap = (of: Conversation | UserLog): boolean => ('chat' in of ? !of.isPlaced || of.seq === 0 || hasGap(of) : logHasGap(of));

  const take = (): Asked[] => [...behind].slice(0, sliceSize).map((conversation) => {
    behind.delete(conversation);
    conversation.isBehind = true;
    const { seq: afterSeq, revision: afterRevision, heardSeq, heardRevision } = conversation;
    return { conversation, afterSeq, afterRevision, heardSeq, heardRevision };
  });

  /** What was heard of before the question, and is not there, does not exist: waiting for it would never end. */
  const forgetWhatIsNotThere = ({ conversation, heardSeq, heardRevision }: Asked, { lastSeq, lastRevision }: { lastSeq: number; lastRevision: number }): void => {
    const { chat: { chatId }, waiting } = conversation;
    if (heardSeq <= lastSeq && heardRevision <= lastRevision) return;
    report({ code: 'INVALID_PUSH', message: `${chatId}: heard of ${heardSeq}/${heardRevision}, but there is ${lastSeq}/${lastRevision}` });
    if (conversation.heardSeq === heardSeq) conversation.heardSeq = Math.min(heardSeq, lastSeq);
    if (conversation.heardRevision === heardRevision) conversation.heardRevision = Math.min(heardRevision, lastRevision);
    for (const seq of waiting?.messages.keys() ?? []) if (seq > lastSeq && seq <= heardSeq) waiting?.messages.delete(seq);
    for (const revision of waiting?.changes.keys() ?? []) if (revision > lastRevision && revision <= heardRevision) waiting?.changes.delete(revision);
  };

  /** @returns what is wrong with the reply's pages, if anything is */
  const applyPages = (asked: readonly Asked[], { conversations }: SyncReply): string | undefined => {
    let fault: string | undefined;
    for (const [index, ask] of asked.entries()) {
      const { conversation, afterSeq, afterRevision } = ask;
      const page = conversations[index];
      const wrong = faultOfPage({ ...conversation.chat, afterSeq, afterRevision }, page);
      if (wrong !== undefined || page === undefined) {
        fault ??= `${conversation.chat.chatId}: ${wrong}`;
      } else if (!inbox.takePage(conversation, page)) {
        behind.add(conversation);
      } else if (!page.gone) {
        forgetWhatIsNotThere(ask, page);
      }
    }
    return fault;
  };

  const applyLog = (afterNumber: number, heardNumber: number, { log }: SyncReply): string | undefined => {
    const fault = faultOfLog(afterNumber, log);
    isLogBehind = fault !== undefined || !inbox.takeLogPage(log);
    if (!isLogBehind && inbox.log.heardNumber === heardNumber) inbox.log.heardNumber = Math.min(heardNumber, log.lastNumber);
    return fault;
  };

  const hasMoved = ({ log, conversations }: SyncReply): boolean =>
    log.toNumber > log.fromNumber || conversations.some((page) => page.gone || page.toSeq !== page.fromSeq || page.toRevision !== page.fromRevision);

  const askOnce = async (mine: Connection, afterNumber: number): Promise<void> => {
    const { log } = inbox;
    const asked = take();
    const { heardNumber } = log;
    isLogBehind = false;
    log.isBehind = true;
    const settle = (isMissing: boolean): void => {
      if (isMissing) isLogBehind = true;
      if (isMissing) for (const { conversation } of asked) behind.add(conversation);
      for (const { conversation } of asked) inbox.settle(conversation);
      inbox.settle(log);
      forgetLost();
    };
    let fault: string | undefined;
    let isStuck = false;
    try {
      const reply = await mine.sync({ afterNumber, conversations: asked.map(({ conversation: { chat }, afterSeq, afterRevision }) => ({ ...chat, afterSeq, afterRevision })) });
      if (mine !== connection) return;
      if (!hasHistory(reply)) {
        settle(true);
        return;
      }
      // The conversations first: who was put out of a group and joined it again is in it by the log.
      fault = applyPages(asked, reply) ?? applyLog(afterNumber, heardNumber, reply);
      isStuck = !reply.isComplete && !hasMoved(reply);
    } catch (error) {
      if (mine !== connection) return;
      settle(true);
      throw error;
    }
    settle(fault !== undefined);
    if (fault !== undefined) throw new ChatError('INVALID_REPLY', fault);
    if (isStuck) throw new ChatError('INVALID_REPLY', 'a page that is not the last brought nothing');
  };

  const retry = (error: unknown): void => {
    const failure = asChatError(error);
    const { code, message: text, retryAfterMs = 0 } = failure;
    if (endsSession(failure)) return;
    if (!passes.has(code)) report({ code: 'INVALID_PAGE', message: `Catching up failed (${code}): ${text}`, cause: failure });
    alarm.set(retryAfterMs + jitter(timing.retryBaseMs, timing.reconnectCapMs, failures), begin);
    failures += 1;
  };

  const run = async (mine: Connection): Promise<void> => {
    try {
      while (mine === connection && isSomethingMissing()) {
        const { number } = inbox.log;
        await (number === undefined || inbox.unplaced().length > 0 ? learn(mine) : askOnce(mine, number));
      }
      if (mine !== connection) return;
      isRunning = false;
      failures = 0;
      alarm.set(timing.resyncMs * (0.5 + Math.random()), () => {
        needAll();
        begin();
      });
      onLive();
    } catch (error) {
      if (mine !== connection) return;
      isRunning = false;
      retry(error);
    }
  };

  const begin = (): void => {
    if (connection === undefined || isRunning) return;
    isRunning = true;
    alarm.clear();
    for (const of of suspected) if (stillHasGap(of)) miss(of);
    suspected.clear();
    void run(connection);
  };

  const stop = (): void => {
    connection = undefined;
    isRunning = false;
    suspected.clear();
    alarm.clear();
  };

  return {
    connected(opened) {
      stop();
      connection = opened;
      failures = 0;
      needAll();
      begin();
    },
    disconnected() {
      if (connection === undefined) return;
      stop();
      inbox.settle(inbox.log);
      for (const conversation of inbox.conversations()) if (conversation.isBehind && conversation.isPlaced) inbox.settle(conversation);
    },
    needs(of) {
      // After a failure the wait stands: a server that cannot answer is not asked more often.
      if (connection === undefined || isRunning || failures > 0) { miss(of); return; }
      if (suspected.size === 0) alarm.set(Math.random() * timing.gapMs, begin);
      suspected.add(of);
    },
  };
};
