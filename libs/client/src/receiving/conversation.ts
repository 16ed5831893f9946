import type { ConversationPage, StoredMessage } from '@chat-backend/contracts';
import type { Chat, ChatMessage } from '../chats';

/** What a conversation hands out: each message once, by rising `seq`; each change that the message was not handed out with. */
export interface ConversationListener {
  onMessage(message: ChatMessage): void;
  onChanged(message: ChatMessage): void;
}

/** What cannot be handed out yet. Most conversations have nothing of it, most of the time. */
interface Waiting {
  /** By `seq`: pushed, and something before it is missing. */
  messages: Map<number, StoredMessage>;
  /** By revision: pushed, and a change before it is missing. */
  changes: Map<number, StoredMessage>;
  /** By `seq`: changes that overtook their message. */
  early: Map<number, StoredMessage>;
  /** `seq` → revision: messages that were handed out with a change that the cursor has yet to reach. */
  ahead: Map<number, number>;
}

export interface Conversation {
  readonly chat: Chat;
  /** Every message up to here was handed out … */
  seq: number;
  /** … and every change up to here. */
  revision: number;
  /** False while it is not known where it begins. */
  isPlaced: boolean;
  /** It waits for a sync, or is in one: what is pushed meanwhile waits, too. */
  isBehind: boolean;
  /** The highest that was heard of: beyond the cursor, something is missing. */
  heardSeq: number;
  heardRevision: number;
  waiting: Waiting | undefined;
}

export const newConversation = (chat: Chat, cursor?: { seq: number; revision: number }): Conversation => ({
  chat, seq: 0, revision: 0, isPlaced: cursor !== undefined, isBehind: false, heardSeq: 0, heardRevision: 0, waiting: undefined, ...cursor,
});

/** More than this is not held: it is known to be missing, and fetched. */
const mostHeld = 1_000;

const waitingOf = (conversation: Conversation): Waiting =>
  conversation.waiting ??= { messages: new Map(), changes: new Map(), early: new Map(), ahead: new Map() };

const hold = (held: Map<number, StoredMessage>, at: number, message: StoredMessage): void => {
  if (held.size < mostHeld) held.set(at, message);
};

export const hasGap = ({ seq, revision, heardSeq, heardRevision }: Conversation): boolean => heardSeq > seq || heardRevision > revision;

/** Its cursor for a storage: a change that waits for its message counts as not seen, as it is not stored. */
export const cursorOf = ({ seq, revision, waiting }: Conversation): { seq: number; revision: number } => {
  const early = [...waiting?.early.values() ?? []].map((change) => change.revision - 1);
  return { seq, revision: Math.min(revision, ...early) };
};

/** Hands out the next message, and the change that came before it. */
const handOut = (conversation: Conversation, message: StoredMessage, { onMessage, onChanged }: ConversationListener): void => {
  const { chat, waiting } = conversation;
  conversation.seq = message.seq;
  if (message.revision > conversation.revision) waitingOf(conversation).ahead.set(message.seq, message.revision);
  const early = waiting?.early.get(message.seq);
  waiting?.early.delete(message.seq);
  onMessage({ ...message, ...chat });
  if (early !== undefined && early.revision > message.revision) onChanged({ ...early, ...chat });
};

/** Hands out a change whose turn it is, unless its message is yet to come or has brought it, or a later one, along. */
const handOutChange = (conversation: Conversation, change: StoredMessage, { onChanged }: ConversationListener): void => {
  const { ahead, early } = waitingOf(conversation);
  if (change.seq > conversation.seq) early.set(change.seq, change);
  else if ((ahead.get(change.seq) ?? 0) < change.revision) onChanged({ ...change, ...conversation.chat });
};

/** Forgets what the cursor has passed. */
const tidy = (conversation: Conversation): void => {
  const { waiting, seq, revision } = conversation;
  if (waiting === undefined) return;
  for (const at of waiting.messages.keys()) if (at <= seq) waiting.messages.delete(at);
  for (const at of waiting.changes.keys()) if (at <= revision) waiting.changes.delete(at);
  for (const [at, reached] of waiting.ahead) if (reached <= revision) waiting.ahead.delete(at);
  if (Object.values(waiting).every(({ size }) => size === 0)) conversation.waiting = undefined;
};

/** Hands out what was held, as far as it follows without a gap. */
export const release = (conversation: Conversation, listener: ConversationListener): void => {
  const { waiting } = conversation;
  if (waiting === undefined) return;
  for (let next = waiting.messages.get(conversation.seq + 1); next !== undefined; next = waiting.messages.get(conversation.seq + 1)) handOut(conversation, next, listener);
  for (let next = waiting.changes.get(conversation.revision + 1); next !== undefined; next = waiting.changes.get(conversation.revision + 1)) {
    handOutChange(conversation, next, listener);
    conversation.revision = next.revision;
  }
  tidy(conversation);
};

/** A message that came by itself: the next is handed out, what was there is dropped, what jumps waits for what is missing. */
export const offerMessage = (conversation: Conversation, message: StoredMessage, listener: ConversationListener): void => {
  if (conversation.isPlaced && message.seq <= conversation.seq) return;
  conversation.heardSeq = Math.max(conversation.heardSeq, message.seq);
  if (!conversation.isBehind && message.seq === conversation.seq + 1) handOut(conversation, message, listener);
  else hold(waitingOf(conversation).messages, message.seq, message);
  if (!conversation.isBehind) release(conversation, listener);
};

/** A change that came by itself: the same by its revision. */
export const offerChange = (conversation: Conversation, change: StoredMessage, listener: ConversationListener): void => {
  if (conversation.isPlaced && change.revision <= conversation.revision) return;
  conversation.heardRevision = Math.max(conversation.heardRevision, change.revision);
  hold(waitingOf(conversation).changes, change.revision, change);
  if (!conversation.isBehind) release(conversation, listener);
};

/** Applies a page that was checked: its messages, then its changes. */
export const applyPage = (conversation: Conversation, page: ConversationPage, listener: ConversationListener): void => {
  for (const message of page.messages) handOut(conversation, message, listener);
  for (const change of page.changed) handOutChange(conversation, change, listener);
  conversation.revision = page.toRevision;
  tidy(conversation);
};

/** The cursor goes elsewhere; what was heard of before says nothing any more. */
export const moveCursor = (conversation: Conversation, { seq, revision }: { seq: number; revision: number }): void => {
  Object.assign(conversation, { seq, revision, isPlaced: true, heardSeq: 0, heardRevision: 0, waiting: undefined });
};
