import { ChatError } from '../chat-error';
import { chatKey, chatOfMessage, type ChatMessage } from '../chats';
import type { Connection } from '../connection/open-connection';
import type { SendMessageReply } from '../contract';
import type { Emitter } from '../emitter';
import type { ChatTiming } from '../options';
import { newMessageId } from './new-message-id';
import { createSendLine, type SendLine } from './send-line';
import type { UnsentMessage, UnsentMessages } from './unsent-messages';

/** `messageType`: TEXT where it is left out. `clientMessageId`: a UUID, for who might send the same once more, after a crash for example: it is stored once all the same. */
export type NewChatMessage = Omit<UnsentMessage, 'messageType' | 'clientMessageId'> & Partial<Pick<UnsentMessage, 'messageType' | 'clientMessageId'>>;
/** What the server says of a stored message: its place, for ever. */
export type StoredPlace = Pick<SendMessageReply, 'id' | 'seq' | 'createdAt' | 'clientMessageId'>;

export interface Sent {
  clientMessageId: string;
  /** Resolves when it is in the storage: it then survives a reload. Without a storage, at once. */
  queued: Promise<void>;
  /** Resolves when the server has stored it; fails when it is refused for good. A lost connection is neither. */
  stored: Promise<StoredPlace>;
}

/** A message that never came into the queue. */
export const refusedSend = (clientMessageId: string, error: ChatError): Sent => {
  const [queued, stored] = [Promise.reject<void>(error), Promise.reject<StoredPlace>(error)];
  // Not asking is allowed.
  for (const promise of [queued, stored]) promise.catch(() => undefined);
  return { clientMessageId, queued, stored };
};

export interface OutboxDependencies {
  me: string;
  unsent: UnsentMessages;
  timing: ChatTiming;
  sendWindow: number;
  maxUnsent: number;
  emit: Emitter['emit'];
  /** The acknowledgement says where a message of mine stands: it takes its place among the others. */
  onStored: (message: UnsentMessage, reply: SendMessageReply) => void;
}

export interface Outbox {
  send(message: NewChatMessage): Sent;
  connect(connection: Connection | undefined): void;
  /** A message of mine has come back: whatever became of its acknowledgement, it is stored. */
  confirm(message: ChatMessage): void;
  unsent(): UnsentMessage[];
  /** Whoever waits for an answer hears that none comes. */
  close(error: ChatError): void;
}

/** Over all chats: the server takes no more of one connection than a multiple of this. */
const mostUnderWay = 100;

interface Answer { stored: Promise<StoredPlace>; resolve: (place: StoredPlace) => void; reject: (error: ChatError) => void }

const isSame = (one: UnsentMessage, other: UnsentMessage): boolean =>
  one.to === other.to && one.chatType === other.chatType && one.message === other.message && one.messageType === other.messageType;

/** Messages on their way: each is sent until it is stored or refused for good, in the order of its chat; chats do not wait for each other. */
export const createOutbox = ({ me, unsent, timing, sendWindow, maxUnsent, emit, onStored }: OutboxDependencies): Outbox => {
  const lines = new Map<string, SendLine>();
  const answers = new Map<string, Answer>();
  let connection: Connection | undefined;

  const unheard = (storing: Promise<void>): void => {
    storing.catch((cause: unknown) => { emit('fault', { code: 'STORAGE', message: 'The unsent messages could not be stored', cause }); });
  };

  /** One answer for all who sent it. */
  const storedPlaceOf = ({ clientMessageId }: UnsentMessage): Promise<StoredPlace> => {
    const known = answers.get(clientMessageId);
    if (known !== undefined) return known.stored;
    let settle: Omit<Answer, 'stored'> = { resolve: () => undefined, reject: () => undefined };
    const stored = new Promise<StoredPlace>((resolve, reject) => { settle = { resolve, reject }; });
    // Who does not ask is told by sendRefused.
    stored.catch(() => undefined);
    answers.set(clientMessageId, { stored, ...settle });
    return stored;
  };

  const answerTo = ({ clientMessageId }: UnsentMessage): Answer | undefined => {
    const answer = answers.get(clientMessageId);
    answers.delete(clientMessageId);
    return answer;
  };

  const forget = (message: UnsentMessage): void => {
    unheard(unsent.remove(message));
    const key = chatKey(chatOfMessage({ ...message, from: me }, me));
    if (lines.get(key)?.isEmpty() === true) lines.delete(key);
  };

  const sendAll = (): void => { for (const line of lines.values()) line.send(); };

  const newLine = (key: string): SendLine => {
    const line = createSendLine({
      timing, window: sendWindow, onSettled: sendAll,
      hasRoom: () => [...lines.values()].reduce((sum, one) => sum + one.underWay(), 0) < mostUnderWay,
      onStored(message, reply) {
        forget(message);
        answerTo(message)?.resolve(reply);
        onStored(message, reply);
      },
      onRefused(message, error) {
        forget(message);
        answerTo(message)?.reject(error);
        emit('sendRefused', { message, error });
      },
    });
    lines.set(key, line);
    line.connect(connection);
    return line;
  };

  const lineOf = (message: UnsentMessage): SendLine => {
    const key = chatKey(chatOfMessage({ ...message, from: me }, me));
    return lines.get(key) ?? newLine(key);
  };

  for (const message of unsent.all()) lineOf(message).add(message);

  return {
    send({ to, chatType, message: text, messageType = 'TEXT', clientMessageId = newMessageId() }) {
      const message: UnsentMessage = { to: to.toLowerCase(), chatType, message: text, messageType, clientMessageId: clientMessageId.toLowerCase() };
      const known = unsent.find(message.clientMessageId);
      if (known !== undefined && !isSame(known, message)) return refusedSend(known.clientMessageId, new ChatError('IDEMPOTENCY_CONFLICT', 'This clientMessageId was used for another message'));
      if (known === undefined && unsent.count() >= maxUnsent) return refusedSend(message.clientMessageId, new ChatError('QUEUE_FULL', `${maxUnsent} messages are unsent`));
      const stored = storedPlaceOf(message);
      const queued = unsent.add(known ?? message);
      unheard(queued);
      if (known === undefined) {
        const line = lineOf(message);
        line.add(message);
        line.send();
      }
      return { clientMessageId: message.clientMessageId, queued, stored };
    },
    connect(next) {
      connection = next;
      for (const line of lines.values()) line.connect(next);
    },
    confirm({ clientMessageId, id, seq, createdAt }) {
      const message = unsent.find(clientMessageId);
      if (message === undefined) return;
      lineOf(message).drop(message);
      forget(message);
      answerTo(message)?.resolve({ clientMessageId, id, seq, createdAt });
      sendAll();
    },
    unsent: () => unsent.all(),
    close(error) {
      for (const line of lines.values()) line.connect(undefined);
      for (const answer of answers.values()) answer.reject(error);
      answers.clear();
    },
  };
};
