import type { SendMessageReply } from '@chat-backend/contracts';
import { asChatError, type ChatError } from '../chat-error';
import type { Connection } from '../connection/open-connection';
import type { ChatTiming } from '../options';
import { createAlarm, jitter } from '../waiting';
import type { UnsentMessage } from './unsent-messages';

export interface SendLineDependencies {
  timing: ChatTiming;
  /** How many may wait for their acknowledgement at once. */
  window: number;
  /** Whether one more may be under way, over all chats. */
  hasRoom: () => boolean;
  onStored: (message: UnsentMessage, reply: SendMessageReply) => void;
  onRefused: (message: UnsentMessage, error: ChatError) => void;
  /** A message is not under way any more: others may have its place. */
  onSettled: () => void;
}

export interface SendLine {
  add(message: UnsentMessage): void;
  /** It need not be sent any more. */
  drop(message: UnsentMessage): void;
  /** What is under way on another connection has an unknown fate: it is sent again. */
  connect(connection: Connection | undefined): void;
  /** Sends what may be sent now. */
  send(): void;
  underWay(): number;
  isEmpty(): boolean;
}

/** The server may be wrong for a moment, not for ever: so often it is asked again. */
const triesAfterInternal = 5;
const passes: ReadonlySet<string> = new Set(['RATE_LIMITED', 'BUSY', 'UNAVAILABLE', 'TIMEOUT', 'NETWORK', 'INVALID_REPLY', 'TOKEN_EXPIRED']);

/**
 * The unsent messages of one chat, in order. A message leaves when those before it have left; when one has to be sent again, nothing behind it leaves
 * before it, and what is under way is waited for. With a window of one, a chat therefore has its sender's messages in the order of `send`. With a larger
 * window they are stored in that order, too, unless the server refuses one for now and takes one behind it.
 */
export const createSendLine = ({ timing, window, hasRoom, onStored, onRefused, onSettled }: SendLineDependencies): SendLine => {
  const messages: UnsentMessage[] = [];
  const underWay = new Set<UnsentMessage>();
  const alarm = createAlarm();
  let connection: Connection | undefined;
  let failures = 0;
  let internalFailures = 0;
  let waitMs = 0;
  let hasFailed = false;

  const drop = (message: UnsentMessage): void => {
    underWay.delete(message);
    const index = messages.indexOf(message);
    if (index >= 0) messages.splice(index, 1);
  };

  const isForGood = ({ code }: ChatError): boolean => {
    if (code !== 'INTERNAL') return !passes.has(code);
    internalFailures += 1;
    return internalFailures > triesAfterInternal;
  };

  const succeed = (message: UnsentMessage, reply: SendMessageReply): void => {
    drop(message);
    [failures, internalFailures] = [0, 0];
    onStored(message, reply);
  };

  const fail = (message: UnsentMessage, error: ChatError): void => {
    underWay.delete(message);
    if (isForGood(error)) {
      drop(message);
      internalFailures = 0;
      onRefused(message, error);
      return;
    }
    hasFailed = true;
    waitMs = Math.max(waitMs, (error.retryAfterMs ?? 0) + jitter(timing.retryBaseMs, timing.reconnectCapMs, failures));
  };

  /** Everything that was under way has its answer: waits, then begins with the first. */
  const startAgainLater = (): void => {
    if (!hasFailed || underWay.size > 0 || alarm.isSet()) return;
    failures += 1;
    alarm.set(waitMs, () => {
      hasFailed = false;
      waitMs = 0;
      send();
    });
  };

  const sendOne = async (mine: Connection, message: UnsentMessage): Promise<void> => {
    underWay.add(message);
    try {
      const reply = await mine.send(message);
      if (mine === connection && underWay.has(message)) succeed(message, reply);
    } catch (error) {
      if (mine === connection && underWay.has(message)) fail(message, asChatError(error));
    }
    if (mine !== connection) return;
    startAgainLater();
    send();
    onSettled();
  };

  const send = (): void => {
    for (const message of messages.slice(0, window)) {
      if (connection === undefined || hasFailed || !hasRoom()) return;
      if (!underWay.has(message)) void sendOne(connection, message);
    }
  };

  return {
    add(message) { messages.push(message); },
    drop(message) {
      drop(message);
      startAgainLater();
    },
    connect(next) {
      connection = next;
      alarm.clear();
      underWay.clear();
      [hasFailed, failures, waitMs] = [false, 0, 0];
      send();
    },
    send,
    underWay: () => underWay.size,
    isEmpty: () => messages.length === 0,
  };
};
