import type { ConversationPage, StoredMessage, SyncReply, UserEvent } from '@chat-backend/contracts';
import { chatKey, type Chat } from '../chats';
import type { Emitter } from '../emitter';
import { isFromTheFuture, isWhole } from './check-page';
import { applyPage, cursorOf, hasGap, moveCursor, newConversation, offerChange, offerMessage, release, type Conversation, type ConversationListener } from './conversation';
import { applyLogPage, logHasGap, newUserLog, offerEvent, releaseLog, type UserLog } from './user-log';

export interface Cursor extends Chat { seq: number; revision: number }
/**
 * What a storage keeps: everything up to these ends was handed to the app's handlers. `unplaced` are chats of which it was not known yet where they begin:
 * the event that told of them may be behind `number`, and does not come again. `historyId` is of the server's data, whose numbers these are. Both are absent in what
 * older versions stored.
 */
export interface StoredCursors { number: number; cursors: Cursor[]; unplaced?: Chat[]; historyId?: string }

/** A chat that may begin: `cursor` is where, as far as whoever names it knows. */
export interface ListedChat { chat: Chat; cursor: { seq: number; revision: number } }

export interface InboxDependencies {
  emit: Emitter['emit'];
  begin: 'now' | 'beginning';
  stored: StoredCursors | undefined;
  /** Something is missing: of this conversation, or of the log. */
  onGap: (of: Conversation | UserLog) => void;
  onMessage: ConversationListener['onMessage'];
  /** A cursor has moved. */
  onMoved: () => void;
}

export interface Inbox {
  readonly log: UserLog;
  /** Undefined until the server said it. */
  historyId(): string | undefined;
  conversations(): Conversation[];
  follows(conversation: Conversation): boolean;
  /** Those of which it is not known where they begin. */
  unplaced(): Conversation[];
  cursors(): Cursor[];
  takeMessage(chat: Chat, message: StoredMessage): void;
  takeChange(chat: Chat, change: StoredMessage): void;
  takeEvent(event: UserEvent): void;
  /** What the server calls its history. @returns whether what is here belongs to it; if not, the ends of all chats, and of the log, count as gone beyond */
  takeHistory(historyId: string | undefined): boolean;
  /** Applies a page that was checked. @returns whether the conversation has everything now, or is gone */
  takePage(conversation: Conversation, page: ConversationPage): boolean;
  /** The same for the log. */
  takeLogPage(page: SyncReply['log']): boolean;
  /** Nothing is under way for it any more: hands out what was held meanwhile. */
  settle(of: Conversation | UserLog): void;
  /** Lets chats begin; those that `asked` names and the lists do not were never there. */
  place(listed: readonly ListedChat[], asked: readonly Conversation[]): void;
}

const start = { seq: 0, revision: 0 };
/** Beyond every end: whoever asks from here learns where the end is, and begins anew there. */
const beyond = Number.MAX_SAFE_INTEGER;
const isLog = (of: Conversation | UserLog): of is UserLog => 'held' in of;

/** Everything that arrives passes here and leaves as events, each once and in order: pushes, pages, and my own messages when they are stored. */
export const createInbox = ({ emit, begin, stored, onGap, onMessage, onMoved }: InboxDependencies): Inbox => {
  const conversations = new Map<string, Conversation>();
  const unplaced = new Set<Conversation>();
  const log = newUserLog(stored?.number);
  let history = stored?.historyId;

  const listener: ConversationListener = {
    onMessage,
    onChanged(message) { emit('messageChanged', message); },
  };

  const add = (chat: Chat, cursor?: { seq: number; revision: number }): Conversation => {
    const conversation = newConversation(chat, cursor);
    conversations.set(chatKey(chat), conversation);
    if (!conversation.isPlaced) unplaced.add(conversation);
    onGap(conversation);
    return conversation;
  };

  const remove = (conversation: Conversation): void => {
    conversations.delete(chatKey(conversation.chat));
    unplaced.delete(conversation);
    // Nothing of it is handed out any more.
    Object.assign(conversation, { waiting: undefined, heardSeq: 0, heardRevision: 0 });
  };

  const lose = ({ chat }: Conversation): void => {
    emit('conversationGone', chat);
    onMoved();
  };

  /** A chat that begins before our eyes has its first message first; of the others it must be asked where they begin for us. */
  const follow = (chat: Chat, isNew: boolean): Conversation =>
    conversations.get(chatKey(chat)) ?? add(chat, begin === 'beginning' || (isNew && log.number !== undefined) ? start : undefined);

  const settle = (of: Conversation | UserLog): void => {
    of.isBehind = false;
    if (isLog(of)) releaseLog(of, handOutEvent);
    else if (of.isPlaced) release(of, listener);
    if (isLog(of) ? logHasGap(of) : hasGap(of)) onGap(of);
    onMoved();
  };

  const take = (conversation: Conversation, offer: typeof offerMessage, message: StoredMessage): void => {
    if (!conversation.isPlaced) conversation.isBehind = true;
    const before = conversation.seq + conversation.revision;
    offer(conversation, message, listener);
    if (hasGap(conversation) && !conversation.isBehind) onGap(conversation);
    if (conversation.seq + conversation.revision !== before) onMoved();
  };

  const followEvent = (event: UserEvent): Conversation | undefined => {
    if (event.kind === 'friendship' && event.state === 'friends') follow({ chatId: event.user.id, chatType: 'friend' }, true);
    if (event.kind !== 'membership') return undefined;
    const chat: Chat = { chatId: event.group.id, chatType: 'group' };
    if (event.state !== 'none') follow(chat, false);
    const left = event.state === 'none' ? conversations.get(chatKey(chat)) : undefined;
    if (left !== undefined) remove(left);
    return left;
  };

  const handOutEvent = (event: UserEvent): void => {
    const left = followEvent(event);
    emit('userEvent', event);
    if (left !== undefined) lose(left);
  };

  const reset = (conversation: Conversation, { lastSeq, lastRevision }: ConversationPage): void => {
    moveCursor(conversation, begin === 'beginning' ? start : { seq: lastSeq, revision: lastRevision });
    emit('conversationReset', { ...conversation.chat, seq: conversation.seq });
  };

  /** The same numbers may mean other messages now. Of what was never heard of there is nothing to take back. */
  const beginAnew = (): void => {
    for (const conversation of conversations.values()) {
      if (conversation.isPlaced && conversation.seq + conversation.revision > 0) moveCursor(conversation, { seq: beyond, revision: beyond });
    }
    if (log.number !== undefined) Object.assign(log, { number: beyond, heardNumber: 0, held: new Map() });
  };

  const placeOne = (conversation: Conversation, { seq, revision }: { seq: number; revision: number }): void => {
    // What has been pushed to us, and what we have sent ourselves, is ours in any case.
    const heard = Math.min(...conversation.waiting?.messages.keys() ?? []);
    Object.assign(conversation, { seq: Math.min(seq, heard - 1), revision, isPlaced: true });
    unplaced.delete(conversation);
    settle(conversation);
    onGap(conversation);
  };

  for (const { chatId, chatType, seq, revision } of stored?.cursors ?? []) conversations.set(chatKey({ chatId, chatType }), newConversation({ chatId, chatType }, { seq, revision }));
  for (const { chatId, chatType } of stored?.unplaced ?? []) {
    const conversation = newConversation({ chatId, chatType });
    conversations.set(chatKey(conversation.chat), conversation);
    unplaced.add(conversation);
  }

  return {
    log,
    historyId: () => history,
    conversations: () => [...conversations.values()],
    follows: (conversation) => conversations.get(chatKey(conversation.chat)) === conversation,
    unplaced: () => [...unplaced],
    cursors: () => [...conversations.values()].filter(({ isPlaced }) => isPlaced).map((conversation) => ({ ...conversation.chat, ...cursorOf(conversation) })),
    takeMessage(chat, message) { take(follow(chat, chat.chatType === 'friend' && message.seq === 1), offerMessage, message); },
    takeChange(chat, change) {
      // Of a chat that is not followed nothing was handed out that could change.
      const known = conversations.get(chatKey(chat));
      if (known !== undefined) take(known, offerChange, change);
    },
    takeEvent(event) {
      const before = log.number;
      offerEvent(log, event, handOutEvent);
      if (logHasGap(log) && !log.isBehind) onGap(log);
      if (log.number !== before) onMoved();
    },
    takeHistory(historyId) {
      const isSame = history === undefined || historyId === undefined || historyId === history;
      history = historyId ?? history;
      if (!isSame) beginAnew();
      return isSame;
    },
    takePage(conversation, page) {
      if (page.gone) {
        remove(conversation);
        lose(conversation);
        return true;
      }
      if (isFromTheFuture(page)) {
        reset(conversation, page);
        return false;
      }
      applyPage(conversation, page, listener);
      return isWhole(page);
    },
    takeLogPage(page) {
      if (page.toNumber < page.fromNumber) {
        // As at the first start: where it ends now, and what is in the lists.
        Object.assign(log, { number: undefined, heardNumber: 0, held: new Map() });
        emit('fault', { code: 'LOG_RESET', message: 'The log of this user went back: read the lists of friends and groups again' });
        return false;
      }
      applyLogPage(log, page, handOutEvent);
      return page.toNumber >= page.lastNumber;
    },
    settle,
    place(listed, asked) {
      for (const { chat, cursor } of listed) {
        const known = conversations.get(chatKey(chat));
        if (known === undefined) add(chat, cursor);
        else if (!known.isPlaced) placeOne(known, cursor);
      }
      for (const conversation of asked) {
        if (conversation.isPlaced) continue;
        if (conversation.chat.chatType === 'friend') placeOne(conversation, start);
        else remove(conversation);
      }
    },
  };
};
